/** Chooses the curves whose values the tooltip shows: if there are many, those near the pointer. */
import { valueAt, type Curve } from './curves.ts'

export interface Pointer {
  x: number
  /** The value at the pointer's height, or null if there is no scale. */
  y: number | null
}

export interface TooltipRow {
  curve: Curve
  value: number
  /** Counts all curves. */
  nearest: boolean
}

const MAX_ROWS = 8

/** Gives the curves nearest to the pointer from the highest value down, and how many more have a value there. */
export function nearestCurves(
  curves: readonly Curve[],
  { x, y }: Pointer,
): { rows: TooltipRow[]; more: number } {
  const known = curves.flatMap((curve) => {
    const value = valueAt(curve, x)
    return value === null ? [] : [{ curve, value, distance: y === null ? 0 : Math.abs(value - y) }]
  })
  const near = known.toSorted((a, b) => a.distance - b.distance)
  const [first] = near
  const rows = near
    .slice(0, MAX_ROWS)
    .sort((a, b) => b.value - a.value)
    .map(({ curve, value }) => ({ curve, value, nearest: curves.length > 1 && curve === first?.curve }))
  return { rows, more: known.length - rows.length }
}
