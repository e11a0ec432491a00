/** What a table smaller than its column costs: lookups that share a row with other values, or fall to none of their own. */

/** Share of lookups that go to the `rows` most frequent values; rising, and measured at these points. */
export type Coverage = readonly { rows: number; share: number }[]

/**
 * Expected share of lookups whose row is another value's too, with `values` spread over `rows` by a uniform hash:
 * 1 - (1 - 1/rows)^(values - 1). A value's chance does not depend on how frequent it is, so neither does the share.
 */
export function expectedSharedShare(values: number, rows: number): number {
  return values <= 1 ? 0 : -Math.expm1((values - 1) * Math.log1p(-1 / rows))
}

/** Share of lookups that the `kept` most frequent values have; between two points along the logarithm of rows. */
export function coveredShare(coverage: Coverage, kept: number): number {
  const above = coverage.findIndex(({ rows }) => rows >= kept)
  const [low, high] = [coverage[above - 1], coverage[above]]
  if (!high) return coverage.length === 0 ? 0 : 1
  if (!low || high.rows === kept) return kept < high.rows ? (kept / high.rows) * high.share : high.share
  const place = Math.log(kept / low.rows) / Math.log(high.rows / low.rows)
  return low.share + place * (high.share - low.share)
}

/**
 * How often about the rarest of the `kept` most frequent values occurs among `lookups`: as a minimum count it keeps so
 * many. The mean over the values between the two points around it.
 */
export function countAtRank(coverage: Coverage, kept: number, lookups: number): number {
  const above = coverage.findIndex(({ rows }) => rows >= kept)
  const high = coverage[above]
  if (!high) return 1
  const low = coverage[above - 1] ?? { rows: 0, share: 0 }
  return Math.max(1, Math.round((lookups * (high.share - low.share)) / (high.rows - low.rows)))
}
