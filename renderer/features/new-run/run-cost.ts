/** What a run will take, from the plan that would be trained. */
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { optimizerBytes, parameterCount } from '../../../main/model/costs.ts'
import type { Plan } from '../../../main/model/plan-types.ts'

/** The last and the best checkpoint. */
const CHECKPOINTS_KEPT = 2

export interface RunCost {
  parameters: number
  /** Of parameters and optimizer state, which a checkpoint holds as well. */
  trainingBytes: number
  stepsPerEpoch: number
  totalSteps: number
  /** At most, with the checkpoints that stay. */
  checkpointBytes: number
}

export function runCost(plan: Plan, manifest: DatasetManifest, config: TrainingConfig): RunCost {
  const tables = plan.parameters.filter((parameter) => parameter.kind === 'table')
  const dense = plan.parameters.filter((parameter) => parameter.kind === 'dense')
  const trainingBytes = optimizerBytes(tables)[config.tables.kind] + optimizerBytes(dense)[config.dense.kind]
  const stepsPerEpoch = Math.ceil(manifest.splits.train.rows / config.batchSize)
  const kept = config.keepAllCheckpoints ? config.epochs + 1 : CHECKPOINTS_KEPT
  return {
    parameters: parameterCount(plan.parameters),
    trainingBytes,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch * config.epochs,
    checkpointBytes: kept * trainingBytes,
  }
}
