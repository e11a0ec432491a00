import type { DropoutOperation } from '../../../../model/kinds/mlp.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const dropout: TensorFlowOperation<DropoutOperation> = {
  masked: true,
  output: (tf, _, { values, mask }) => (mask ? tf.mul(present(values[0]), mask) : present(values[0])),
}
