import { defaultTrainingConfig, optimizer, type OptimizerConfig } from '../../../main/contract/training.ts'

export const optimizerOptions: readonly { value: OptimizerConfig['kind']; text: string }[] = [
  { value: 'sgd', text: 'SGD' },
  { value: 'adagrad', text: 'Adagrad' },
  { value: 'rowWiseAdagrad', text: 'Row-wise Adagrad' },
  { value: 'adam', text: 'Adam' },
]

/** A rate that is a good first try for a batch of some hundred rows. */
function suggestedRate(kind: OptimizerConfig['kind'], part: 'tables' | 'dense'): number {
  if (kind === 'adam') return defaultTrainingConfig[part].learningRate
  return kind === 'sgd' ? 0.1 : 0.03
}

/** The same settings with another optimizer: a learning rate that the user chose stays, a suggested one moves. */
export function withKind(
  current: OptimizerConfig,
  kind: OptimizerConfig['kind'],
  part: 'tables' | 'dense',
): OptimizerConfig {
  const chosen = current.learningRate !== suggestedRate(current.kind, part)
  return { ...optimizer(kind, chosen ? current.learningRate : suggestedRate(kind, part)), l2: current.l2 }
}
