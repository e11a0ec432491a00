import type { OptimizerConfig } from '../../../../main/contract/training.ts'

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
