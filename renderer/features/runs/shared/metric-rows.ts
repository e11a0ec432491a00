import type { Comparison } from '../../../../main/contract/runs.ts'
import { formatFixed } from '../../../platform/units.ts'
import { isBetter, type ComparedMetric } from '../../../../main/contract/training.ts'

/** Returns the indices of the best values: several if they are equally good, none if there is nothing to choose from. */
export function bestOf(metric: string, values: readonly (number | null)[]): Set<number> {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  if (known.length < 2) return new Set()
  const better = (candidate: number, best: number) => isBetter(metric as ComparedMetric, candidate, best)
  const best = known.reduce((one, other) => (better(other.value, one.value) ? other : one)).value
  const winners = known.filter(({ value }) => !better(best, value) && !better(value, best))
  return winners.length === known.length ? new Set() : new Set(winners.map(({ index }) => index))
}

export type MetricRow = Comparison['metrics'][number]

/** Subtracts the first value from the others. The result is null for the first one itself and if either is missing. */
export function differences(values: readonly (number | null)[]): (number | null)[] {
  const baseline = values[0] ?? null
  return values.map((value, index) =>
    index === 0 || value === null || baseline === null ? null : value - baseline,
  )
}

/** Writes a difference as +0.0044 or −0.0012 with a real minus sign, and without a sign if only zeros are shown. */
export function signed(difference: number): string {
  const digits = formatFixed(Math.abs(difference), 4)
  if (Math.abs(difference) < 0.00005) return digits
  return `${difference < 0 ? '−' : '+'}${digits}`
}
