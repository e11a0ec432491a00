import type { Comparison } from '../../../../main/contract/runs.ts'
import { isBetter, type ComparedMetric } from '../../../../main/contract/training.ts'

/** Index of the best value; all indices where several are equally good, none where there is nothing to choose from. */
export function bestOf(metric: string, values: readonly (number | null)[]): Set<number> {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  if (known.length < 2) return new Set()
  const better = (candidate: number, best: number) => isBetter(metric as ComparedMetric, candidate, best)
  const best = known.reduce((one, other) => (better(other.value, one.value) ? other : one)).value
  const winners = known.filter(({ value }) => !better(best, value) && !better(value, best))
  return winners.length === known.length ? new Set() : new Set(winners.map(({ index }) => index))
}

export type MetricRow = Comparison['metrics'][number]

/** Values compared with the first one; null for itself and where either is missing. */
export function differences(values: readonly (number | null)[]): (number | null)[] {
  const baseline = values[0] ?? null
  return values.map((value, index) =>
    index === 0 || value === null || baseline === null ? null : value - baseline,
  )
}

/** +0.0044 or −0.0012, with a real minus sign; no sign where nothing but zeros is shown. */
export function signed(difference: number): string {
  const digits = Math.abs(difference).toFixed(4)
  if (Number(digits) === 0) return digits
  return `${difference < 0 ? '−' : '+'}${digits}`
}
