import { describe, expect, it } from 'vitest'
import { partsOf, stabilityIndex, wilsonInterval, type DenseStatistics } from './dataset-statistics.ts'

const none = { rows: [0, 0, 0], positives: [0, 0, 0] } satisfies DenseStatistics['missing']
const column: DenseStatistics = {
  role: 'dense',
  name: 'age',
  quantiles: [{ share: 0.5, value: 3 }],
  fill: 3,
  bins: [
    { upTo: 3, rows: [50, 10, 40], positives: [1, 0, 0] },
    { upTo: null, rows: [50, 10, 10], positives: [1, 0, 0] },
  ],
  missing: none,
}

describe('the interval of a share', () => {
  it('is that of Wilson, also where no row or every row is positive', () => {
    // statsmodels.stats.proportion.proportion_confint(count, nobs, method='wilson')
    const expected: [number, number, number, number][] = [
      [7, 20, 0.18119182410108203, 0.5671457233147638],
      [0, 10, 0, 0.27753279986288926],
      [10, 10, 0.7224672001371106, 1],
    ]
    for (const [positives, rows, low, high] of expected) {
      const interval = wilsonInterval(positives, rows)
      expect(interval?.[0]).toBeCloseTo(low, 12)
      expect(interval?.[1]).toBeCloseTo(high, 12)
    }
    expect(wilsonInterval(0, 0)).toBeNull()
  })
})

describe('the population stability index', () => {
  it('is 0 for equal shares, and adds up the differences of shares otherwise', () => {
    expect(stabilityIndex(column, 1)).toBe(0)
    const expected = 0.3 * Math.log(0.8 / 0.5) + -0.3 * Math.log(0.2 / 0.5)
    expect(stabilityIndex(column, 2)).toBeCloseTo(expected, 12)
  })

  it('counts missing values as a part of their own, and stays finite where a part is empty', () => {
    const drifted = {
      ...column,
      missing: { rows: [0, 0, 50], positives: [0, 0, 0] },
    } satisfies DenseStatistics
    const index = stabilityIndex(drifted, 2)
    expect(index).toBeGreaterThan(2)
    expect(Number.isFinite(index)).toBe(true)
    expect(stabilityIndex({ ...column, bins: [] }, 2)).toBeNull()
  })
})

it('names the parts of a column, with the value in the place of missing ones', () => {
  const missing = { rows: [1, 0, 0], positives: [0, 0, 0] } satisfies DenseStatistics['missing']
  const texts = partsOf({ ...column, missing }, String).map(({ text }) => text)
  expect(texts).toEqual(['up to 3', 'above 3', 'missing, read as 3'])
  expect(partsOf(column, String)).toHaveLength(2)
})
