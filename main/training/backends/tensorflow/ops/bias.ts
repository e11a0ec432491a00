import type { BiasOperation } from '../../../../model/kinds/bias.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const bias: TensorFlowOperation<BiasOperation> = {
  output: (tf, operation, { values, parameter }) => tf.add(present(values[0]), parameter(operation.bias)),
}
