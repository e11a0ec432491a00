import { describe, expect, it } from 'vitest'
import { NumpyRandom } from './numpy-random.ts'

const draw = (count: number, next: () => number) => Array.from({ length: count }, next)

describe('NumpyRandom', () => {
  it('draws NumPy’s uniform numbers, and the same after seeding again', () => {
    const random = new NumpyRandom(123)
    const expected = [0.6964691855978616, 0.28613933495037946, 0.2268514535642031]
    expect(draw(3, () => random.uniform())).toEqual(expected)
    random.normal()
    random.seed(123)
    expect(draw(3, () => random.uniform())).toEqual(expected)
  })

  it('draws NumPy’s normal numbers, two at a time', () => {
    const random = new NumpyRandom(123)
    const expected = [-1.0856306033005612, 0.9973454465835858, 0.28297849805199204, -1.506294713918092]
    for (const number of expected) expect(random.normal()).toBeCloseTo(number, 14)
  })
})
