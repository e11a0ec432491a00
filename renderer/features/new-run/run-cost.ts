/** Estimates what a run will take from the plan that it would train. */
import type { DatasetManifest } from '../../../main/contract/manifest.ts'
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { parameterCount } from '../../../main/model/costs.ts'
import { trainingMemory, type MemoryEstimate } from '../../../main/model/memory.ts'
import type { Plan } from '../../../main/model/plan-types.ts'

/** The last and the best checkpoint are kept. */
const CHECKPOINTS_KEPT = 2

export interface RunCost {
  parameters: number
  /** The memory of the run's process, on the chosen backend and on each of them. */
  memory: MemoryEstimate
  memoryOf: Record<TrainingConfig['backend'], MemoryEstimate>
  stepsPerEpoch: number
  totalSteps: number
  /** The most that is needed, with the checkpoints that are kept. */
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
