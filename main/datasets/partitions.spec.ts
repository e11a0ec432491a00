import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partitionsOf } from './partitions.ts'

const of = (...parts: string[]) => partitionsOf(join('/', ...parts))

describe('partitionsOf', () => {
  it('gives the columns in the names of folders from the outside in', () => {
    expect(of('logs', 'day=2026-03-01', 'country=K%C3%B6ln', 'part-0.parquet')).toEqual([
      { name: 'day', value: '2026-03-01' },
      { name: 'country', value: 'Köln' },
    ])
  })

  it('takes a missing value for one, and text that is not escaped as it is', () => {
    expect(of('a=__HIVE_DEFAULT_PARTITION__', 'b=100%', 'c.csv')).toEqual([
      { name: 'a', value: '' },
      { name: 'b', value: '100%' },
    ])
  })

  it('gives none for other folders, or above one', () => {
    expect(of('day=1', 'logs', 'a.csv')).toEqual([])
    expect(of('=1', 'a=b.csv')).toEqual([])
  })
})
