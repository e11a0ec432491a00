import { describe, expect, it } from 'vitest'
import { benchmarkDisturbance } from './benchmarks.ts'

const report = { msPerIteration: 10, msPerIterationBest: 9, othersShare: 0.05 }

describe('a benchmark', () => {
  it('says nothing of a machine that was left alone', () => {
    expect(benchmarkDisturbance(report)).toBeNull()
    expect(benchmarkDisturbance({ ...report, othersShare: 0 })).toBeNull()
  })

  it('says where its median is far from its best iteration', () => {
    expect(benchmarkDisturbance({ ...report, msPerIteration: 43.2 })).toBe(
      'This machine was busy: the median is 4.8 times the best iteration. Measure again when it is idle.',
    )
  })

  it('says how much of the processors other programs used', () => {
    expect(benchmarkDisturbance({ ...report, msPerIteration: 18, othersShare: 0.6 })).toBe(
      'This machine was busy: other programs used 60 % of the processors, and the median is 2.0 times the best ' +
        'iteration. Measure again when it is idle.',
    )
  })
})
