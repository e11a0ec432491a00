/** Creates backends. No other module depends on all of them. */
import type { NativeDataset } from '../../../native/index.ts'
import { StudioError } from '../../contract/errors.ts'
import { trainingConfig, type DeviceChoice, type TrainingConfig } from '../../contract/training.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { TrainingBackend } from './backend.ts'
import type { BatchTrainer } from './batch-trainer.ts'
import { createNativeModel, NativeBackend, trainingSettings } from './native/native-backend.ts'
import { requireRuntime } from './tensorflow/runtime/installed.ts'
import { TensorFlowBackend } from './tensorflow/tensorflow-backend.ts'
import { requirePrecision, TensorFlowModel } from './tensorflow/tensorflow-model.ts'

/**
 * Throws NotFound or Corrupt, with the remedy, if the backend is not set up on this machine, and Unsupported if it does
 * not support this precision or device.
 */
export function requireBackend(
  backend: TrainingConfig['backend'],
  precision: TrainingConfig['precision'] = 'fp32',
  device: DeviceChoice = 'auto',
): void {
  if (backend === 'native') return requireNativeDevice(device)
  requirePrecision(precision)
  requireRuntime(device)
}

function requireNativeDevice(device: DeviceChoice): void {
  if (device !== 'gpu') return
  throw new StudioError(
    'Unsupported',
    'The native backend computes on the CPU: use the backend tensorflow for a GPU.',
    { field: 'config.device' },
  )
}

/** The backends that are set up on this machine. */
export function usableBackends(): TrainingConfig['backend'][] {
  return trainingConfig.shape.backend.options.filter((backend) => {
    try {
      requireBackend(backend)
      return true
    } catch {
      return false
    }
  })
}

/** A backend with its optimizers set, whose parameters are not drawn yet. */
export function createBackend(plan: Plan, dataset: NativeDataset, config: TrainingConfig): TrainingBackend {
  const backend =
    config.backend === 'native'
      ? new NativeBackend(plan, dataset, config)
      : new TensorFlowBackend(plan, dataset, config)
  backend.configure(config)
  return backend
}

/** The same for batches that are given as arrays. */
export function createBatchTrainer(plan: Plan, config: TrainingConfig): BatchTrainer {
  if (config.backend === 'native') {
    const model = createNativeModel(plan, config)
    model.configureTraining(trainingSettings(config))
    return model
  }
  const model = new TensorFlowModel(plan, config)
  model.configure(config)
  return model
}
