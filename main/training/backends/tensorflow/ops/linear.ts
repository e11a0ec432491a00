import type { LinearOperation } from '../../../../model/kinds/mlp.ts'
import { activate } from './activation.ts'
import { present, type TensorFlowOperation } from './operation.ts'

export const linear: TensorFlowOperation<LinearOperation> = {
  output(tf, { weight, bias, activation }, { values, parameter }) {
    const product = tf.matMul(present(values[0]), parameter(weight), false, true)
    return activate(tf, activation, bias === null ? product : tf.add(product, parameter(bias)))
  },
}
