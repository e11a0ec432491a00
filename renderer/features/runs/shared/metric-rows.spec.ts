import { describe, expect, it } from 'vitest'
import { bestOf, differences, signed } from './metric-rows.ts'

describe('the best of several runs', () => {
  it('is the largest or the smallest value as the metric has it', () => {
    expect([...bestOf('auc', [0.7, 0.8, 0.75])]).toEqual([1])
    expect([...bestOf('unknownAuc', [0.7, 0.8, 0.75])]).toEqual([1])
    expect([...bestOf('knownAuc', [0.7, 0.8, 0.75])]).toEqual([1])
    expect([...bestOf('logLoss', [0.7, 0.8, 0.75])]).toEqual([0])
  })

  it('is for calibration the value nearest to 1', () => {
    expect([...bestOf('calibration', [1.2, 0.9, 0.5])]).toEqual([1])
  })

  it('is shared by equals, and nobody where all are equal or there is one alone', () => {
    expect([...bestOf('auc', [0.8, 0.8, 0.7])]).toEqual([0, 1])
    expect([...bestOf('auc', [0.8, 0.8])]).toEqual([])
    expect([...bestOf('auc', [0.8, null])]).toEqual([])
  })
})

it('measures against the first run', () => {
  expect(differences([0.5, 0.75, null])).toEqual([null, 0.25, null])
  expect(differences([null, 0.75])).toEqual([null, null])
  expect([signed(0.00444), signed(-0.1)]).toEqual(['+0.0044', '−0.1000'])
  expect([signed(0), signed(-0.00001)]).toEqual(['0.0000', '0.0000'])
})
