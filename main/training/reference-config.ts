import { defaultTrainingConfig, optimizer, type TrainingConfig } from '../contract/training.ts'
import type { ReferenceTraining } from '../model/reference-model.ts'

/** The configuration of a model that is trained as the reference trains it: one optimizer for all parameters. */
export function referenceConfig(training: ReferenceTraining): TrainingConfig {
  const both = optimizer(training.optimizer, training.learningRate)
  return { ...defaultTrainingConfig, tables: both, dense: both, schedule: training.schedule }
}
