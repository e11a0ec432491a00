import { expect, it } from 'vitest'
import { sampleEpoch, sampleEvaluation } from '../test/helpers/sample-run.ts'
import { bestMetricsAfter } from './best-metrics.ts'

const fresh = { bestMetric: 'auc', best: null, bestEpoch: null, last: null, testAuc: null } as const

it('takes the test AUC of the newest epoch where nothing is validated', () => {
  const first = bestMetricsAfter(fresh, sampleEpoch(1, null, 0.6))
  expect(first).toEqual({ ...fresh, testAuc: 0.6 })
  expect(bestMetricsAfter({ ...fresh, ...first }, sampleEpoch(2, null, 0.5)).testAuc).toBe(0.5)
})

it('judges by the metric that the run requested', () => {
  const before = { ...fresh, bestMetric: 'logLoss', best: 0.5, bestEpoch: 1 } as const
  const better = { ...sampleEpoch(2, 0.1, 0.2), validation: sampleEvaluation({ logLoss: 0.4 }) }
  const worse = { ...sampleEpoch(2, 0.9, 0.9), validation: sampleEvaluation({ logLoss: 0.6 }) }
  expect(bestMetricsAfter(before, better)).toEqual({
    ...before,
    best: 0.4,
    bestEpoch: 2,
    last: 0.4,
    testAuc: 0.2,
  })
  expect(bestMetricsAfter(before, worse)).toEqual({ ...before, last: 0.6 })
})

it('keeps the best of earlier epochs where the metric is not defined on one', () => {
  const before = { ...fresh, best: 0.8, bestEpoch: 1, testAuc: 0.7 }
  const undefinedAuc = { ...sampleEpoch(2, 0.1, 0.2), validation: sampleEvaluation({ auc: null }) }
  expect(bestMetricsAfter(before, undefinedAuc)).toEqual({ ...before, last: null })
})

it('judges by log loss where the metric is undefined on the validation rows from the start', () => {
  const oneClass = (epoch: number, logLoss: number) => ({
    ...sampleEpoch(epoch, 0.1, 0.2),
    validation: sampleEvaluation({ auc: null, logLoss }),
  })
  const first = bestMetricsAfter(fresh, oneClass(1, 0.6))
  expect(first).toEqual({ bestMetric: 'logLoss', best: 0.6, bestEpoch: 1, last: 0.6, testAuc: 0.2 })
  expect(bestMetricsAfter(first, oneClass(2, 0.4))).toMatchObject({ best: 0.4, bestEpoch: 2 })
  expect(bestMetricsAfter(first, oneClass(2, 0.7))).toMatchObject({ best: 0.6, bestEpoch: 1, last: 0.7 })
})
