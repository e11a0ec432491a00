import type { Point } from '../../../../../main/model/point.ts'
import type { Direction } from './layout.ts'

/** Gives an SVG path through the points. It leaves, passes and arrives at them along the direction. */
export function edgePath(points: readonly Point[], direction: Direction): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${first.x},${first.y}`
  let from = first
  for (const to of rest) {
    path += direction === 'right' ? rightwards(from, to) : downwards(from, to)
    from = to
  }
  return path
}

/** Gives where an edge's shape label begins: at the exit, on the side that the edge does not bend to. */
export function shapePosition(exit: Point, next: Point, direction: Direction): Point {
  if (direction === 'down') return { x: exit.x + 7, y: exit.y + 17 }
  return { x: exit.x + 9, y: next.y < exit.y ? exit.y + 13 : exit.y - 5 }
}

function rightwards(from: Point, to: Point): string {
  if (to.y === from.y) return `H${to.x}`
  const bend = (to.x - from.x) / 2
  return `C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`
}

function downwards(from: Point, to: Point): string {
  if (to.x === from.x) return `V${to.y}`
  const bend = (to.y - from.y) / 2
  return `C${from.x},${from.y + bend} ${to.x},${to.y - bend} ${to.x},${to.y}`
}
