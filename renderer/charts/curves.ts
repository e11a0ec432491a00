/** Turns curves that each have their own steps into the columns that uPlot draws. */
import uPlot from 'uplot'
import { smooth } from './smoothing.ts'
import { thinnedIndices } from './thinning.ts'

/** A named curve whose xs ascend. */
export interface Curve {
  key: string
  label: string
  /** A shorter label for narrow elements such as the legend. */
  shortLabel?: string | undefined
  color: string
  xs: readonly number[]
  ys: readonly number[]
  /** Whether each point gets a mark, if there are few, such as one an epoch. Such points are not smoothed. */
  marked?: boolean
  /** The legend shows it instead of a value, for example if the labels leave a metric undefined. */
  withoutValue?: string | undefined
  /** The lengths of strokes and gaps. The stroke is solid if it is absent or empty. */
  dash?: readonly number[]
}

/** A screen cannot show more points of a curve than this. */
const MAX_POINTS = 3000

/** Gives an x column and for each curve a y column, or two if it is smoothed: the faint raw curve and the smooth one. */
export function chartColumns(curves: readonly Curve[], smoothing: number): uPlot.AlignedData {
  const tables = curves.map((curve): uPlot.AlignedData => {
    const kept = thinnedIndices(curve.ys, MAX_POINTS)
    const pick = (values: readonly number[]) => kept.map((index) => values[index]!)
    const finite = (values: number[]) => values.map((value) => (Number.isFinite(value) ? value : null))
    const columns = [finite(pick(curve.ys))]
    if (isSmoothed(curve, smoothing)) columns.push(finite(pick(smooth(curve.ys, smoothing))))
    return [pick(curve.xs), ...columns]
  })
  if (tables.length === 0) return [[]]
  // If a curve has no point at another curve's step, undefined makes uPlot draw it through.
  return tables.length === 1 ? tables[0]! : uPlot.join(tables)
}

/** Says whether a faint raw curve and a smooth one are drawn. */
export function isSmoothed(curve: Curve, smoothing: number): boolean {
  return smoothing > 0 && curve.marked !== true
}

/** Gives the curve's value at the last point that is not after x. */
export function valueAt(curve: Curve, x: number): number | null {
  let low = 0
  let high = curve.xs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (curve.xs[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : curve.ys[low - 1]!
}
