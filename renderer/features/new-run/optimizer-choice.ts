import { defaultTrainingConfig, optimizer, type OptimizerConfig } from '../../../main/contract/training.ts'

export const optimizerOptions: readonly { value: OptimizerConfig['kind']; text: string }[] = [
  { value: 'sgd', text: 'SGD' },
  { value: 'adagrad', text: 'Adagrad' },
  { value: 'rowWiseAdagrad', text: 'Row-wise Adagrad' },
  { value: 'adam', text: 'Adam' },
]

/** Rates that are a good first try for a batch of some hundred rows. */
const suggestedRates: Record<OptimizerConfig['kind'], number> = {
  sgd: 0.1,
  adagrad: 0.03,
  rowWiseAdagrad: 0.03,
  adam: 0.003,
}

/** The same settings with another optimizer: a learning rate that the user chose stays, a suggested one moves. */
export function withKind(current: OptimizerConfig, kind: OptimizerConfig['kind']): OptimizerConfig {
  const { tables, dense } = defaultTrainingConfig
  const suggested = [tables, dense, optimizer(current.kind, suggestedRates[current.kind])]
  const chosen = !suggested.some(
    (settings) => settings.kind === current.kind && settings.learningRate === current.learningRate,
  )
  return { ...optimizer(kind, chosen ? current.learningRate : suggestedRates[kind]), l2: current.l2 }
}
