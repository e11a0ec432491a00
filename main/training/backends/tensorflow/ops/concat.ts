import type { Tensor } from '@tensorflow/tfjs'
import type { ConcatOperation } from '../../../../model/kinds/concat.ts'
import type { Tf } from '../load-tensorflow.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const concat: TensorFlowOperation<ConcatOperation> = {
  output: (tf, _, { values }) => concatenated(tf, values),
}

/** A single value is returned as it is. */
export function concatenated(tf: Tf, values: Tensor[]): Tensor {
  return values.length === 1 ? present(values[0]) : tf.concat(values, 1)
}
