/**
 * Computes the exponential moving average, corrected for its start at zero so that the first values are not pulled down.
 * `weight` is the share of the past, from 0 (no smoothing) to below 1. Values that are not finite stay gaps.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values]
  const result: number[] = []
  let average = 0
  let correction = 1
  for (const value of values) {
    if (!Number.isFinite(value)) {
      result.push(Number.NaN)
      continue
    }
    average = average * weight + value * (1 - weight)
    correction *= weight
    result.push(average / (1 - correction))
  }
  return result
}
