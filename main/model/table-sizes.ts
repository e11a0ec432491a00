/**
 * What a table that is smaller than its column costs: lookups that share a row with other values, or have none of their
 * own.
 */

/**
 * The share of lookups that go to the `rows` most frequent values. It rises with `rows` and is measured at these
 * points.
 */
export type Coverage = readonly { rows: number; share: number }[]

/**
 * The expected share of lookups whose row is also another value's, with `values` spread over `rows` by a uniform hash:
 * 1 - (1 - 1/rows)^(values - 1). The chance of a value does not depend on its frequency, and so the share does not
 * either.
 */
export function expectedSharedShare(values: number, rows: number): number {
  return values <= 1 ? 0 : -Math.expm1((values - 1) * Math.log1p(-1 / rows))
}

/**
 * The share of lookups that go to the `kept` most frequent values. Between two points it is interpolated over the
 * logarithm of the rows.
 */
export function coveredShare(coverage: Coverage, kept: number): number {
  const above = coverage.findIndex(({ rows }) => rows >= kept)
  const [low, high] = [coverage[above - 1], coverage[above]]
  if (!high) return coverage.length === 0 ? 0 : 1
  if (!low || high.rows === kept) return kept < high.rows ? (kept / high.rows) * high.share : high.share
  const fraction = Math.log(kept / low.rows) / Math.log(high.rows / low.rows)
  return low.share + fraction * (high.share - low.share)
}

/**
 * The approximate number of times that the rarest of the `kept` most frequent values occurs in `lookups`: a minimum
 * count of this keeps so many values. It is the mean over the values between the two points around it.
 */
export function countAtRank(coverage: Coverage, kept: number, lookups: number): number {
  const above = coverage.findIndex(({ rows }) => rows >= kept)
  const high = coverage[above]
  if (!high) return 1
  const low = coverage[above - 1] ?? { rows: 0, share: 0 }
  return Math.max(1, Math.round((lookups * (high.share - low.share)) / (high.rows - low.rows)))
}
