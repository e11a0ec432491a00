import type { EpochResult } from '../main/contract/runs.ts'
import { isBetter } from '../main/contract/training.ts'
import type { RunRow } from './types.ts'

export type Standing = Pick<RunRow, 'best' | 'bestEpoch' | 'last' | 'testAuc'>

/** Where a run stands after an epoch, from where it stood. Without a validation value the newest epoch counts. */
export function standingAfter(before: Standing & Pick<RunRow, 'bestMetric'>, result: EpochResult): Standing {
  const { epoch, validation, test } = result
  const value = validation?.[before.bestMetric] ?? null
  const { best, bestEpoch } = before
  const testAuc = test?.auc ?? null
  if (value === null) {
    return best === null ? { best, bestEpoch, last: null, testAuc } : { ...standingOnly(before), last: null }
  }
  // A resumed run comes by its best epoch again.
  if (best === null || epoch === bestEpoch || isBetter(before.bestMetric, value, best)) {
    return { best: value, bestEpoch: epoch, last: value, testAuc }
  }
  return { ...standingOnly(before), last: value }
}

function standingOnly({ best, bestEpoch, last, testAuc }: Standing): Standing {
  return { best, bestEpoch, last, testAuc }
}
