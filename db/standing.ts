import type { EpochResult } from '../main/contract/runs.ts'
import { judgedMetric } from '../main/contract/metrics.ts'
import { isBetter } from '../main/contract/training.ts'
import type { RunRow } from './types.ts'

export type Standing = Pick<RunRow, 'bestMetric' | 'best' | 'bestEpoch' | 'last' | 'testAuc'>

/**
 * Where a run stands after an epoch, from where it stood. Without a validation value the newest epoch counts. Its
 * metric becomes log loss where the one asked for is undefined on the validation rows.
 */
export function standingAfter(before: Standing, result: EpochResult): Standing {
  const { epoch, validation, test } = result
  const { best, bestEpoch } = before
  const bestMetric = best === null ? judgedMetric(before.bestMetric, validation) : before.bestMetric
  const value = validation?.[bestMetric] ?? null
  const testAuc = test?.auc ?? null
  if (value === null) {
    return best === null
      ? { bestMetric, best, bestEpoch, last: null, testAuc }
      : { ...standingOnly(before), last: null }
  }
  // A resumed run comes by its best epoch again.
  if (best === null || epoch === bestEpoch || isBetter(bestMetric, value, best)) {
    return { bestMetric, best: value, bestEpoch: epoch, last: value, testAuc }
  }
  return { ...standingOnly(before), last: value }
}

function standingOnly({ bestMetric, best, bestEpoch, last, testAuc }: Standing): Standing {
  return { bestMetric, best, bestEpoch, last, testAuc }
}
