/** How long a unit of each kind of work takes: what fits measured times best, none of it negative. */
import type { Amounts } from './amounts.ts'

/** Work, and how long it took on this machine. */
export interface Timed {
  amounts: Amounts
  ms: number
}

/** Milliseconds of one unit, by kind of work. */
export type UnitTimes = Record<string, number>

/** Times below are mostly the clock's own noise: they count as if they were as long. */
const NOISE_MS = 0.004
/** Times further off than this factor's logarithm are outliers, as where another program took the processor. */
const OUTLIER = 0.25
/** Each time with weights by the last fit's errors. */
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

/** Milliseconds that work takes; kinds without an entry take none. */
export function timeOf(amounts: Amounts, unitTimes: UnitTimes): number {
  let ms = 0
  for (const kind in amounts) ms += (amounts[kind] ?? 0) * (unitTimes[kind] ?? 0)
  return Math.max(0, ms)
}

/** (p - m)² / (p m) is the squared logarithm of p / m, near 1. */
function weightOf({ amounts, ms }: Timed, before: UnitTimes | null): number {
  const measured = Math.max(ms, NOISE_MS)
  const predicted = before ? Math.max(timeOf(amounts, before), NOISE_MS) : measured
  const error = Math.abs(Math.log(predicted / measured))
  return 1 / Math.sqrt(predicted * measured * Math.max(1, error / OUTLIER))
}

function fitOnce(measured: readonly Timed[], before: UnitTimes | null): UnitTimes {
  const kinds = [...new Set(measured.flatMap(({ amounts }) => Object.keys(amounts)))]
  const places = new Map(kinds.map((kind, place) => [kind, place]))
  const rows = measured.map((timed) => {
    const weight = weightOf(timed, before)
    const terms = Object.entries(timed.amounts).filter(([, amount]) => amount > 0)
    return {
      target: timed.ms * weight,
      terms: terms.map(([kind, amount]) => ({ place: places.get(kind) ?? 0, value: amount * weight })),
    }
  })
  // Amounts differ by many orders of magnitude: each kind is scaled to its largest.
  const scales = new Float64Array(kinds.length)
  for (const { terms } of rows)
    for (const { place, value } of terms) scales[place] = Math.max(scales[place] ?? 0, value)
  const gram = kinds.map(() => new Float64Array(kinds.length))
  const gradient = new Float64Array(kinds.length)
  for (const { terms, target } of rows)
    for (const { place, value } of terms) {
      const scaled = value / scales[place]!
      gradient[place]! -= scaled * target
      for (const other of terms) gram[place]![other.place]! += (scaled * other.value) / scales[other.place]!
    }
  const solution = nonNegative(gram, gradient)
  return Object.fromEntries(kinds.map((kind, place) => [kind, solution[place]! / (scales[place]! || 1)]))
}

/**
 * The non-negative minimum of ½ xᵀ gram x + gradientᵀ x, by coordinate descent (Franc et al. 2005, Sequential
 * Coordinate-wise Algorithm for the Non-negative Least Squares Problem). `gradient` follows x and is changed.
 */
function nonNegative(gram: Float64Array[], gradient: Float64Array): Float64Array {
  const solution = new Float64Array(gradient.length)
  for (let round = 0; round < ROUNDS; round++) {
    let largest = 0
    gram.forEach((row, place) => {
      const curvature = row[place]!
      if (curvature === 0) return
      const change = Math.max(0, solution[place]! - gradient[place]! / curvature) - solution[place]!
      if (change === 0) return
      solution[place]! += change
      largest = Math.max(largest, Math.abs(change))
      for (let other = 0; other < row.length; other++) gradient[other]! += change * row[other]!
    })
    if (largest < SETTLED) break
  }
  return solution
}
