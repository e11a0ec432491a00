import type { EpochResult, RunDetail } from '../../../main/contract/runs.ts'

/** Gives the epoch whose parameters are the run's result: the best on the validation split, or the last without one. */
export function bestEpoch({ epochs, best, bestMetric }: RunDetail): EpochResult | null {
  return (
    epochs.find(({ validation }) => best !== null && validation?.[bestMetric] === best) ??
    epochs.at(-1) ??
    null
  )
}
