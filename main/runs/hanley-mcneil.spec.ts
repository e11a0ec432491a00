import { expect, it } from 'vitest'
import { hanleyMcNeilError } from './hanley-mcneil.ts'

// Q1 = 0.8/1.2 = 2/3, Q2 = 1.28/1.8 = 32/45: (0.16 + 49 × (2/3 - 0.64) + 49 × (32/45 - 0.64)) / 2500 = 0.00198044.
it('gives what the formula gives for an AUC of 0.8 on 50 and 50 rows', () => {
  expect(hanleyMcNeilError(0.8, 50, 50) ** 2).toBeCloseTo(0.0019804444, 9)
})

it('is zero for a perfect ranking and shrinks with the number of rows', () => {
  expect(hanleyMcNeilError(1, 10, 10)).toBe(0)
  expect(hanleyMcNeilError(0.7, 1000, 1000)).toBeLessThan(hanleyMcNeilError(0.7, 100, 100) / 3)
})
