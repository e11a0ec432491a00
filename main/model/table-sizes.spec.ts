import { describe, expect, it } from 'vitest'
import { Draws } from '../../test/helpers/random-documents.ts'
import { countAtRank, coveredShare, expectedSharedShare } from './table-sizes.ts'

describe('a hashed table', () => {
  it.each([
    [2, 10],
    [50, 100],
    [1000, 300],
    [200, 5000],
  ])('of %i values shares as many lookups among %i rows as placing them at random does', (values, rows) => {
    const draws = new Draws(values)
    let shared = 0
    let lookups = 0
    for (let trial = 0; trial < 300; trial++) {
      const frequencies = Array.from({ length: values }, () => ({
        row: draws.int(0, rows - 1),
        count: draws.int(1, 9),
      }))
      const users = Map.groupBy(frequencies, ({ row }) => row)
      for (const { row, count } of frequencies) {
        lookups += count
        if ((users.get(row)?.length ?? 0) > 1) shared += count
      }
    }
    expect(Math.abs(expectedSharedShare(values, rows) - shared / lookups)).toBeLessThan(0.02)
  })

  it('of one value shares nothing, and one row is shared by all', () => {
    expect(expectedSharedShare(1, 1)).toBe(0)
    expect(expectedSharedShare(2, 1)).toBe(1)
  })
})

describe('a table of the most frequent values', () => {
  const counts = [40, 20, 10, 10, 5, 5, 4, 3, 2, 1]
  const share = (kept: number) => counts.slice(0, kept).reduce((sum, count) => sum + count, 0) / 100
  const coverage = [1, 2, 4, 8, 10].map((rows) => ({ rows, share: share(rows) }))

  it('has the share of lookups that was measured where it was, and between its neighbours elsewhere', () => {
    for (const { rows } of coverage) expect(coveredShare(coverage, rows)).toBeCloseTo(share(rows), 12)
    for (const kept of [3, 5, 6, 7, 9]) {
      expect(coveredShare(coverage, kept)).toBeGreaterThan(share(kept - 1) - 0.05)
      expect(coveredShare(coverage, kept)).toBeLessThan(share(kept + 1) + 0.05)
    }
    expect(coveredShare(coverage, 99)).toBe(1)
    expect(coveredShare([], 3)).toBe(0)
  })

  it('keeps what occurs about as often as a minimum count says', () => {
    expect(countAtRank(coverage, 1, 100)).toBe(40)
    expect(countAtRank(coverage, 4, 100)).toBe(10)
    expect(countAtRank(coverage, 8, 100)).toBe(4)
    expect(countAtRank(coverage, 99, 100)).toBe(1)
  })
})
