import { describe, expect, it } from 'vitest'
import type { ManifestDenseColumn, ManifestSparseColumn } from '../../../../main/contract/manifest.ts'
import { columnRows, matching, preparationOf, tenthOf } from './column-rows.ts'

const age: ManifestDenseColumn = {
  role: 'dense',
  name: 'user_age',
  type: 'integer',
  transform: 'standard',
  missing: 'median',
  missingShare: 0.1,
  mean: 30,
  standardDeviation: 5,
  median: 29,
  minimum: 18,
  maximum: 80,
  histogram: [3, 4, 1],
}
const city: ManifestSparseColumn = {
  role: 'sparse',
  name: 'user_city',
  type: 'text',
  encoding: { kind: 'vocabulary', minimumCount: 1 },
  cardinality: 101,
  missingShare: 0,
  meanValues: 1,
  topValues: [
    { value: 'Paris', count: 50 },
    { value: 'Rome', count: 20 },
  ],
  coverage: [
    { rows: 1, share: 0.3 },
    { rows: 8, share: 0.6 },
    { rows: 40, share: 0.9 },
    { rows: 100, share: 1 },
  ],
}
const tags: ManifestSparseColumn = { ...city, role: 'multiValued', name: 'tags', separator: '|' }
const rows = columnRows({ columns: [age, city, tags] } as Parameters<typeof columnRows>[0])

describe('a dataset’s columns', () => {
  it('are numbered in file order, with the shape of their values', () => {
    expect(rows.map((row) => [row.position, row.values, row.tableRows, row.strip])).toEqual([
      [1, null, null, [3, 4, 1]],
      [2, 100, 101, [50, 20]],
      [3, 100, 101, [50, 20]],
    ])
  })

  it('are found by words of their name in any order and case, and by role', () => {
    const names = (text: string, role: Parameters<typeof matching>[2]) =>
      matching(rows, text, role).map((row) => row.column.name)
    expect(names('CITY user', 'all')).toEqual(['user_city'])
    expect(names('user', 'dense')).toEqual(['user_age'])
    expect(names('', 'multiValued')).toEqual(['tags'])
    expect(names('nothing', 'all')).toEqual([])
  })

  it('describe how their values are prepared', () => {
    expect(preparationOf(age)).toBe('standardised, missing replaced by the median')
    expect(preparationOf({ ...age, transform: 'logClipped', missing: 'zero' })).toBe(
      'log(1 + max(x, 0)), missing replaced by 0',
    )
    expect(preparationOf(city)).toBe('a row for each training value')
    expect(preparationOf({ ...city, encoding: { kind: 'vocabulary', minimumCount: 5 } })).toContain(
      '5+ times',
    )
    expect(preparationOf({ ...city, encoding: { kind: 'hash', size: 10_000 } })).toBe('hashed to 10,000')
  })

  it('describe how their numbers are shaped and of what they are made', () => {
    const clip = { minimum: 1, maximum: 9 }
    expect(preparationOf({ ...age, transform: 'quantile', missing: 'value', fill: 4, clip })).toBe(
      'at least 1, at most 9, ranked from 0 to 1, missing replaced by 4',
    )
    const encoding = { kind: 'vocabulary', minimumCount: 2, maximumSize: 1000 } as const
    expect(preparationOf({ ...city, encoding, missing: 'category' })).toBe(
      'the 1,000 most frequent values seen 2+ times, missing is a category',
    )
    expect(preparationOf({ ...city, bucket: { kind: 'boundaries', at: [18, 65] } })).toContain(
      'buckets at 18, 65',
    )
    expect(preparationOf({ ...city, encoding: { kind: 'hash', size: 9, seed: 7 } })).toBe(
      'hashed to 9 with seed 7',
    )
    const from = { from: 'seen', format: 'iso' } as const
    expect(preparationOf({ ...city, derived: { ...from, feature: { kind: 'hour' } } })).toContain(
      'the hour of seen',
    )
    const feature = { kind: 'age', until: 'now' } as const
    expect(preparationOf({ ...age, derived: { ...from, feature } })).toContain('days from seen until now')
  })

  it('give their skew by the measured point next to a tenth of the rows', () => {
    expect(tenthOf(city.coverage)).toEqual({ rows: 8, share: 0.6 })
    expect(tenthOf([])).toBeNull()
  })
})
