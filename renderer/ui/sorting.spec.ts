import { describe, expect, it } from 'vitest'
import { sortedBy } from './sorting.ts'

const itself = (value: string | number | null) => value

describe('sorting a table', () => {
  it('orders numbers by size and text as people count', () => {
    expect(sortedBy([10, 9, 100], itself, false)).toEqual([9, 10, 100])
    expect(sortedBy(['I10', 'I2', 'i1'], itself, false)).toEqual(['i1', 'I2', 'I10'])
    expect(sortedBy(['I10', 'I2', 'i1'], itself, true)).toEqual(['I10', 'I2', 'i1'])
  })

  it('puts what has no value last in both directions', () => {
    expect(sortedBy([null, 2, 1], itself, false)).toEqual([1, 2, null])
    expect(sortedBy([null, 1, 2], itself, true)).toEqual([2, 1, null])
  })

  it('keeps equal rows in their order and the given array as it is', () => {
    const rows = [
      { id: 'a', size: 1 },
      { id: 'b', size: 1 },
    ]
    expect(sortedBy(rows, (row) => row.size, true).map((row) => row.id)).toEqual(['a', 'b'])
    expect(rows[0]?.id).toBe('a')
  })
})
