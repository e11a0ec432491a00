import type { Point } from './layout.ts'

/** An SVG path through the points: horizontal where it leaves, passes and arrives. */
export function edgePath(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${first.x},${first.y}`
  let from = first
  for (const to of rest) {
    const bend = (to.x - from.x) / 2
    path +=
      to.y === from.y ? `H${to.x}` : `C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`
    from = to
  }
  return path
}
