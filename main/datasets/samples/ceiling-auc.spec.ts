import { describe, expect, it } from 'vitest'
import { CeilingAuc } from './ceiling-auc.ts'
import { Random } from './random.ts'

describe('CeilingAuc', () => {
  it('is the share of pairs in order, ties counting half', () => {
    const random = new Random(3)
    const rows = Array.from({ length: 400 }, () => {
      const probability = Math.round(random.uniform() * 50) / 50
      const label: 0 | 1 = random.uniform() < probability ? 1 : 0
      return { probability, label }
    })
    const ceiling = new CeilingAuc()
    for (const { probability, label } of rows) ceiling.add(probability, label)
    let ordered = 0
    let pairs = 0
    for (const positive of rows.filter((row) => row.label === 1)) {
      for (const negative of rows.filter((row) => row.label === 0)) {
        ordered += (1 + Math.sign(positive.probability - negative.probability)) / 2
        pairs++
      }
    }
    expect(ceiling.value()).toBeCloseTo(ordered / pairs, 12)
  })

  it('is unknown with one class only', () => {
    const ceiling = new CeilingAuc()
    ceiling.add(0.5, 1)
    expect(ceiling.value()).toBeNull()
  })
})
