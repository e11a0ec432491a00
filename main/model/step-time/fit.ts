/** Fits the time of a unit of each kind of work to measured times. No time is negative. */
import type { Amounts } from './amounts.ts'

/** Work, and how long it took on this machine. */
export interface Timed {
  amounts: Amounts
  ms: number
}

/** Milliseconds of one unit, by kind of work. */
export type UnitTimes = Record<string, number>

/** Shorter times are mostly noise of the clock, so they count as if they were this long. */
const NOISE_MS = 0.004
/** Times that are off by more than this factor's logarithm are outliers, as when another program took the processor. */
const OUTLIER = 0.25
/** The rounds of reweighting by the last fit's errors. */
const FITS = 8
const ROUNDS = 3000
const SETTLED = 1e-7

/**
 * Non-negative least squares of the logarithmic errors, by iteratively reweighted fits (Huber's weights for outliers).
 * A kind of work that was never measured has no entry.
 */
export function fitUnitTimes(measured: readonly Timed[]): UnitTimes {
  let times: UnitTimes | null = null
  for (let fit = 0; fit < FITS; fit++) times = fitOnce(measured, times)
  return times ?? {}
}

/** The milliseconds that work takes. Kinds without an entry take none. */
export function timeOf(amounts: Amounts, unitTimes: UnitTimes): number {
  let ms = 0
  for (const kind in amounts) ms += (amounts[kind] ?? 0) * (unitTimes[kind] ?? 0)
  return Math.max(0, ms)
}

/** (p - m)² / (p m) is close to the squared logarithm of p / m if that is near 1. */
function weightOf({ amounts, ms }: Timed, before: UnitTimes | null): number {
  const measured = Math.max(ms, NOISE_MS)
  const predicted = before ? Math.max(timeOf(amounts, before), NOISE_MS) : measured
  const error = Math.abs(Math.log(predicted / measured))
  return 1 / Math.sqrt(predicted * measured * Math.max(1, error / OUTLIER))
}

function fitOnce(measured: readonly Timed[], before: UnitTimes | null): UnitTimes {
  const kinds = [...new Set(measured.flatMap(({ amounts }) => Object.keys(amounts)))]
  const indices = new Map(kinds.map((kind, index) => [kind, index]))
  const rows = measured.map((timed) => {
    const weight = weightOf(timed, before)
    const terms = Object.entries(timed.amounts).filter(([, amount]) => amount > 0)
    return {
      target: timed.ms * weight,
      terms: terms.map(([kind, amount]) => ({ index: indices.get(kind) ?? 0, value: amount * weight })),
    }
  })
  // Amounts differ by many orders of magnitude, so each kind is scaled by its largest.
  const scales = new Float64Array(kinds.length)
  for (const { terms } of rows)
    for (const { index, value } of terms) scales[index] = Math.max(scales[index] ?? 0, value)
  const gram = kinds.map(() => new Float64Array(kinds.length))
  const gradient = new Float64Array(kinds.length)
  for (const { terms, target } of rows)
    for (const { index, value } of terms) {
      const scaled = value / scales[index]!
      gradient[index]! -= scaled * target
      for (const other of terms) gram[index]![other.index]! += (scaled * other.value) / scales[other.index]!
    }
  const solution = nonNegative(gram, gradient)
  return Object.fromEntries(kinds.map((kind, index) => [kind, solution[index]! / (scales[index]! || 1)]))
}

/**
 * The non-negative minimum of ½ xᵀ gram x + gradientᵀ x, by coordinate descent (Franc et al. 2005, Sequential
 * Coordinate-wise Algorithm for the Non-negative Least Squares Problem). `gradient` is updated with x.
 */
function nonNegative(gram: Float64Array[], gradient: Float64Array): Float64Array {
  const solution = new Float64Array(gradient.length)
  for (let round = 0; round < ROUNDS; round++) {
    let largest = 0
    gram.forEach((row, index) => {
      const curvature = row[index]!
      if (curvature === 0) return
      const change = Math.max(0, solution[index]! - gradient[index]! / curvature) - solution[index]!
      if (change === 0) return
      solution[index]! += change
      largest = Math.max(largest, Math.abs(change))
      for (let other = 0; other < row.length; other++) gradient[other]! += change * row[other]!
    })
    if (largest < SETTLED) break
  }
  return solution
}
