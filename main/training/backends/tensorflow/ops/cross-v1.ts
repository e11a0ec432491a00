import type { CrossV1Operation } from '../../../../model/kinds/cross.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const crossV1: TensorFlowOperation<CrossV1Operation> = {
  output(tf, { weight, bias }, { values, parameter }) {
    const [x0, x] = [present(values[0]), present(values[1])]
    const products = tf.matMul(x, tf.expandDims(parameter(weight), 1))
    return tf.add(tf.add(tf.mul(x0, products), parameter(bias)), x)
  },
}
