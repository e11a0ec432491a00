import { optimizer, suggestedLearningRate, type OptimizerConfig } from '../../../main/contract/training.ts'

export const optimizerOptions: readonly { value: OptimizerConfig['kind']; text: string }[] = [
  { value: 'sgd', text: 'SGD' },
  { value: 'adagrad', text: 'Adagrad' },
  { value: 'rowWiseAdagrad', text: 'Row-wise Adagrad' },
  { value: 'adam', text: 'Adam' },
]

/** The same settings with another optimizer: a learning rate that the user chose stays, a suggested one moves. */
export function withKind(
  current: OptimizerConfig,
  kind: OptimizerConfig['kind'],
  part: 'tables' | 'dense',
): OptimizerConfig {
  const chosen = current.learningRate !== suggestedLearningRate(current.kind, part)
  return {
    ...optimizer(kind, chosen ? current.learningRate : suggestedLearningRate(kind, part)),
    l2: current.l2,
  }
}
