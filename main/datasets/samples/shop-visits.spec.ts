import { expect, it } from 'vitest'
import { CeilingAuc } from './ceiling-auc.ts'
import { ShopVisits, VISIT_COLUMNS } from './shop-visits.ts'

const take = (seed: number, rows: number) => {
  const visits = new ShopVisits(seed)
  return Array.from({ length: rows }, () => visits.next())
}

it('is a function of its seed, with a value in every column', () => {
  expect(take(7, 20)).toEqual(take(7, 20))
  expect(take(7, 20)).not.toEqual(take(8, 20))
  for (const { line } of take(7, 200)) {
    const fields = line.split('\t')
    expect(fields).toHaveLength(VISIT_COLUMNS.length)
    expect(fields).not.toContain('')
  }
})

it('has as many clicks as the films have good ratings, or fewer, on a signal worth learning', () => {
  const ceiling = new CeilingAuc()
  const rows = take(0, 20_000)
  for (const { probability, label } of rows) ceiling.add(probability, label)
  const rate = rows.filter(({ label }) => label === 1).length / rows.length
  expect(rate).toBeGreaterThan(0.2)
  expect(rate).toBeLessThan(0.6)
  expect(ceiling.value()).toBeGreaterThan(0.78)
  expect(ceiling.value()).toBeLessThan(0.9)
})
