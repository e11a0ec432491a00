/** Reads the time that each node took of a run's steps, and its prediction. */
import { ask } from '../../platform/engine.ts'
import { workOfStep } from '../../../main/contract/calibration.ts'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { BoundColumns } from '../../../main/model/document.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import { measuredByNode, predictStep } from '../../../main/model/step-time/predict.ts'

export interface RunTimes {
  /** The times are means over this many steps. */
  steps: number
  msPerStep: number
  /** Milliseconds by node. */
  measured: ReadonlyMap<string, number>
  /** null if this machine was not measured for the run's training settings. */
  predicted: ReadonlyMap<string, number> | null
  predictedMs: number | null
}

/** Returns null if no times were counted. Rejects if the engine cannot be asked. */
export async function runTimes(
  run: RunDetail,
  columns: BoundColumns,
  trainRows: number,
): Promise<RunTimes | null> {
  const [{ profile }, { calibrations }] = await Promise.all([
    ask('runs.profile', { id: run.id }),
    ask('calibrations.list', {}),
  ])
  if (!profile) return null
  const { backend, precision } = run.config
  const calibration = calibrations.find((each) => each.backend === backend && each.precision === precision)
  const work = workOfStep(compilePlan(run.model, columns), columns, trainRows, run.config)
  const predicted = calibration ? predictStep(work, calibration.unitTimes) : null
  return {
    steps: profile.steps,
    msPerStep: profile.msPerStep,
    measured: measuredByNode(work, calibration?.unitTimes ?? {}, profile.operations),
    predicted: predicted?.nodes ?? null,
    predictedMs: predicted?.ms ?? null,
  }
}
