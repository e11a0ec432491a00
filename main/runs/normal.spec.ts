import { expect, it } from 'vitest'
import { twoSidedPValue } from './normal.ts'

it.each([
  [0, 1],
  [0.5, 0.6170750774519738],
  [1, 0.31731050786291415],
  [-1.959963984540054, 0.05],
  [3.5, 4.652581580710801e-4],
  [3.6, 3.182172e-4],
  [6, 1.973175290075396e-9],
])('a normal variable is at least |%d| from zero with probability %d', (z, probability) => {
  expect(twoSidedPValue(z) / probability).toBeCloseTo(1, 6)
})

it('is continuous where the series gives way to the continued fraction', () => {
  const border = 2.5 * Math.SQRT2
  expect(twoSidedPValue(border - 1e-9) / twoSidedPValue(border)).toBeCloseTo(1, 7)
})
