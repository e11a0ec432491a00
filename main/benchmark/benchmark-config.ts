import { defaultTrainingConfig, optimizer, type TrainingConfig } from '../contract/training.ts'

const SEED = 0
/** The learning rate is small, so that random labels do not move the model far from its initial state. */
const LEARNING_RATE = 0.01

/** The training settings of a benchmark: plain SGD. */
export function benchmarkConfig(
  { backend, precision }: Pick<TrainingConfig, 'backend' | 'precision'>,
  threads: number,
): TrainingConfig {
  const sgd = optimizer('sgd', LEARNING_RATE)
  return { ...defaultTrainingConfig, backend, precision, threads, seed: SEED, tables: sgd, dense: sgd }
}
