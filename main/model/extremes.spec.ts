import { expect, it } from 'vitest'
import { appendAll, maximumOf, minimumOf } from './extremes.ts'

it('finds least and most of half a million values, and adds as many to a list', () => {
  const values = Array.from({ length: 500_000 }, (_, at) => (at * 7919) % 500_009)
  expect(minimumOf(values)).toBe(0)
  expect(maximumOf(values)).toBe(Math.max(...values.slice(0, 1000), maximumOf(values.slice(1000))))
  const list = [1]
  appendAll(list, values)
  expect(list).toHaveLength(500_001)
  expect(list.at(-1)).toBe(values.at(-1))
})

it('says of none what Math.min and Math.max say', () => {
  expect([minimumOf([]), maximumOf([])]).toEqual([Math.min(), Math.max()])
  expect([minimumOf([1, NaN]), maximumOf([NaN, 1])]).toEqual([NaN, NaN])
})
