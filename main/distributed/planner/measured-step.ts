/** What a step takes on a machine that was measured (main/model/step-time), for the costs of a placement. */
import { workOfStep, type StepConfig } from '../../contract/calibration.ts'
import type { BoundColumns } from '../../model/document.ts'
import { TABLES } from '../../model/operation-names.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { UnitTimes } from '../../model/step-time/fit.ts'
import { predictStep } from '../../model/step-time/predict.ts'
import type { MeasuredStep } from './costs.ts'

/** `trainRows` are the samples of an epoch. */
export function measuredStep(
  plan: Plan,
  columns: BoundColumns,
  trainRows: number,
  config: StepConfig & { ranks: number },
  unitTimes: UnitTimes,
): MeasuredStep {
  const workOf = (batchSize: number) => workOfStep(plan, columns, trainRows, { ...config, batchSize })
  const lookups = workOf(config.batchSize).filter(({ name }) => name === TABLES)
  const others = workOf(Math.ceil(config.batchSize / config.ranks)).filter(({ name }) => name !== TABLES)
  return { lookupsMs: predictStep(lookups, unitTimes).ms, denseMs: predictStep(others, unitTimes).ms }
}
