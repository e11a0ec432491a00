import type { MultiplyOperation } from '../../../../model/kinds/embedding-lowering.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const multiply: TensorFlowOperation<MultiplyOperation> = {
  output: (tf, _, { values }) => tf.mul(present(values[0]), present(values[1])),
}
