/** The one place that knows which backends there are. */
import type { NativeDataset } from '../../../native/index.ts'
import { StudioError } from '../../contract/errors.ts'
import type { TrainingConfig } from '../../contract/training.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { TrainingBackend } from './backend.ts'
import type { BatchTrainer } from './batch-trainer.ts'
import { createNativeModel, NativeBackend, trainingSettings } from './native/native-backend.ts'

/** Throws Unsupported for a backend that this version does not have. */
export function requireBackend(backend: TrainingConfig['backend']): void {
  if (backend === 'native') return
  throw new StudioError('Unsupported', `The backend ${backend} comes in a later version: use native.`, {
    field: 'config.backend',
  })
}

/** A backend with its optimizers set and its parameters not drawn yet. */
export function createBackend(plan: Plan, dataset: NativeDataset, config: TrainingConfig): TrainingBackend {
  requireBackend(config.backend)
  const backend = new NativeBackend(plan, dataset, config)
  backend.configure(config)
  return backend
}

/** The same for batches that come as arrays. */
export function createBatchTrainer(plan: Plan, config: TrainingConfig): BatchTrainer {
  requireBackend(config.backend)
  const model = createNativeModel(plan, config)
  model.configureTraining(trainingSettings(config))
  return model
}
