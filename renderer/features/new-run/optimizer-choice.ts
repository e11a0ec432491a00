import { optimizer, suggestedLearningRate, type OptimizerConfig } from '../../../main/contract/training.ts'

export const optimizerNames: Record<OptimizerConfig['kind'], string> = {
  sgd: 'SGD',
  adagrad: 'Adagrad',
  rowWiseAdagrad: 'Row-wise Adagrad',
  adam: 'Adam',
}
export const optimizerOptions = (Object.keys(optimizerNames) as OptimizerConfig['kind'][]).map((value) => ({
  value,
  text: optimizerNames[value],
}))

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
