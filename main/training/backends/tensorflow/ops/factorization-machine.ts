import type { FactorizationMachineOperation } from '../../../../model/kinds/factorization-machine.ts'
import type { TensorFlowOperation } from './operation.ts'

export const factorizationMachine: TensorFlowOperation<FactorizationMachineOperation> = {
  output(tf, _, { values }) {
    const sum = tf.addN(values)
    const squares = tf.addN(values.map((value) => tf.square(value)))
    return tf.mul(tf.sum(tf.sub(tf.square(sum), squares), 1, true), 0.5)
  },
}
