import type { EpochResult } from '../main/contract/runs.ts'
import { judgedMetric } from '../main/contract/metrics.ts'
import { isBetter } from '../main/contract/training.ts'
import type { RunRow } from './types.ts'

export type BestMetrics = Pick<RunRow, 'bestMetric' | 'best' | 'bestEpoch' | 'last' | 'testAuc'>

/**
 * The best metrics of a run after an epoch. Without a validation value the newest epoch counts. The metric becomes log
 * loss if the requested one is undefined on the validation rows.
 */
export function bestMetricsAfter(before: BestMetrics, result: EpochResult): BestMetrics {
  const { epoch, validation, test } = result
  const { best, bestEpoch } = before
  const bestMetric = best === null ? judgedMetric(before.bestMetric, validation) : before.bestMetric
  const value = validation?.[bestMetric] ?? null
  const testAuc = test?.auc ?? null
  if (value === null) {
    return best === null
      ? { bestMetric, best, bestEpoch, last: null, testAuc }
      : { ...onlyBestMetrics(before), last: null }
  }
  // A resumed run repeats its best epoch.
  if (best === null || epoch === bestEpoch || isBetter(bestMetric, value, best)) {
    return { bestMetric, best: value, bestEpoch: epoch, last: value, testAuc }
  }
  return { ...onlyBestMetrics(before), last: value }
}

function onlyBestMetrics({ bestMetric, best, bestEpoch, last, testAuc }: BestMetrics): BestMetrics {
  return { bestMetric, best, bestEpoch, last, testAuc }
}
