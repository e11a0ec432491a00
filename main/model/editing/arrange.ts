/** Aligns and distributes boxes of one size. Coordinates are those of their top left corners, in pixels. */
import type { Point } from '../point.ts'
import { maximumOf, minimumOf } from '../extremes.ts'

export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom'
export type Axis = 'x' | 'y'

const axisOf: Record<Alignment, Axis> = {
  left: 'x',
  center: 'x',
  right: 'x',
  top: 'y',
  middle: 'y',
  bottom: 'y',
}

/** Moves all boxes to the first one, the last one, or halfway between. */
export function align(positions: ReadonlyMap<string, Point>, to: Alignment): Map<string, Point> {
  const axis = axisOf[to]
  const values = [...positions.values()].map((position) => position[axis])
  const [least, most] = [minimumOf(values), maximumOf(values)]
  const value =
    to === 'left' || to === 'top' ? least : to === 'right' || to === 'bottom' ? most : (least + most) / 2
  return new Map([...positions].map(([id, position]) => [id, { ...position, [axis]: Math.round(value) }]))
}

/** Makes the gaps between neighbouring boxes equal. The first and the last box stay. */
export function distribute(positions: ReadonlyMap<string, Point>, axis: Axis): Map<string, Point> {
  const ordered = [...positions].sort(([, a], [, b]) => a[axis] - b[axis])
  const [first, last] = [ordered[0]?.[1][axis] ?? 0, ordered.at(-1)?.[1][axis] ?? 0]
  const step = (last - first) / Math.max(1, ordered.length - 1)
  return new Map(
    ordered.map(([id, position], at) => [id, { ...position, [axis]: Math.round(first + at * step) }]),
  )
}
