/** From curves with steps of their own to the columns that uPlot draws. */
import uPlot from 'uplot'
import { smooth } from './smoothing.ts'
import { thinnedIndices } from './thinning.ts'

/** A named line; xs ascend. */
export interface Curve {
  key: string
  label: string
  /** For narrow places, such as the legend; the label where absent. */
  shortLabel?: string | undefined
  color: string
  xs: readonly number[]
  ys: readonly number[]
  /** Few points that deserve a mark each, e.g. one an epoch. They are exact: no smoothing. */
  marked?: boolean
  /** Stands in the legend in place of a value, e.g. where the labels leave a metric undefined. */
  withoutValue?: string | undefined
  /** Lengths of strokes and gaps; solid where absent or empty. */
  dash?: readonly number[]
}

/** More points than this a curve would not be told apart on a screen. */
const MOST_POINTS = 3000

/** One x column and for each curve one y column, or two where smoothed: the faint raw and the smooth line. */
export function chartColumns(curves: readonly Curve[], smoothing: number): uPlot.AlignedData {
  const tables = curves.map((curve): uPlot.AlignedData => {
    const kept = thinnedIndices(curve.ys, MOST_POINTS)
    const pick = (values: readonly number[]) => kept.map((index) => values[index]!)
    const finite = (values: number[]) => values.map((value) => (Number.isFinite(value) ? value : null))
    const columns = [finite(pick(curve.ys))]
    if (isSmoothed(curve, smoothing)) columns.push(finite(pick(smooth(curve.ys, smoothing))))
    return [pick(curve.xs), ...columns]
  })
  if (tables.length === 0) return [[]]
  // Where another curve has no point at this step the line goes on: uPlot joins with undefined there.
  return tables.length === 1 ? tables[0]! : uPlot.join(tables)
}

/** Whether a faint raw line and a smooth one are drawn for the curve. */
export function isSmoothed(curve: Curve, smoothing: number): boolean {
  return smoothing > 0 && curve.marked !== true
}

/** The curve's value at x: of the point at or before it. */
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
