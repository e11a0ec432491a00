/** What a run will take, from the plan that would be trained. */
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { parameterCount } from '../../../main/model/costs.ts'
import { trainingMemory, type MemoryEstimate } from '../../../main/model/memory.ts'
import type { Plan } from '../../../main/model/plan-types.ts'

/** The last and the best checkpoint. */
const CHECKPOINTS_KEPT = 2

export interface RunCost {
  parameters: number
  /** Of the run's process, on the backend that is chosen and on each of them. */
  memory: MemoryEstimate
  memoryOf: Record<TrainingConfig['backend'], MemoryEstimate>
  stepsPerEpoch: number
  totalSteps: number
  /** At most, with the checkpoints that stay. */
  checkpointBytes: number
}

export function runCost(plan: Plan, manifest: DatasetManifest, config: TrainingConfig): RunCost {
  const { backend, batchSize, tables, dense } = config
  const memoryOn = (backend: TrainingConfig['backend']) =>
    trainingMemory(plan, { backend, batchSize, tables: tables.kind, dense: dense.kind })
  const memoryOf = { native: memoryOn('native'), tensorflow: memoryOn('tensorflow') }
  const stepsPerEpoch = Math.ceil(manifest.splits.train.rows / config.batchSize)
  const kept = config.keepAllCheckpoints ? config.epochs + 1 : CHECKPOINTS_KEPT
  return {
    parameters: parameterCount(plan.parameters),
    memory: memoryOf[backend],
    memoryOf,
    stepsPerEpoch,
    totalSteps: stepsPerEpoch * config.epochs,
    checkpointBytes: kept * memoryOf[backend].model,
  }
}
