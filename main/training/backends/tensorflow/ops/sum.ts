import type { SumOperation } from '../../../../model/kinds/sum.ts'
import type { TensorFlowOperation } from './operation.ts'

export const sum: TensorFlowOperation<SumOperation> = {
  output: (tf, _, { values }) => tf.addN(values),
}
