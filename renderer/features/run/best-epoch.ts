import type { EpochResult, RunDetail } from '../../../main/contract/runs.ts'

/** The epoch whose parameters a run is known by: best on the validation split, or the last where there is none. */
export function bestEpoch({ epochs, best, bestMetric }: RunDetail): EpochResult | null {
  return (
    epochs.find(({ validation }) => best !== null && validation?.[bestMetric] === best) ??
    epochs.at(-1) ??
    null
  )
}
