/** Where the time of a run's steps went by node, and what was predicted of it. */
import { ask } from '../../platform/engine.ts'
import { workOfStep } from '../../../main/contract/calibration.ts'
import type { RunDetail } from '../../../main/contract/runs.ts'
import type { BoundColumns } from '../../../main/model/document.ts'
import { compilePlan } from '../../../main/model/plan.ts'
import { measuredByNode, predictStep } from '../../../main/model/step-time/predict.ts'

export interface RunTimes {
  /** Means over so many steps. */
  steps: number
  msPerStep: number
  /** Milliseconds of nodes. */
  measured: ReadonlyMap<string, number>
  /** null where this machine was not measured for the run's way of training. */
  predicted: ReadonlyMap<string, number> | null
  predictedMs: number | null
}

/** null where nothing was counted. Rejects where the engine cannot be asked. */
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
    ...{ steps: profile.steps, msPerStep: profile.msPerStep },
    measured: measuredByNode(work, calibration?.unitTimes ?? {}, profile.operations),
    ...{ predicted: predicted?.nodes ?? null, predictedMs: predicted?.ms ?? null },
  }
}
