import type { BiInteractionOperation } from '../../../../model/kinds/bi-interaction.ts'
import type { TensorFlowOperation } from './operation.ts'

export const biInteraction: TensorFlowOperation<BiInteractionOperation> = {
  output(tf, _, { values }) {
    const sum = tf.addN(values)
    const squares = tf.addN(values.map((value) => tf.square(value)))
    return tf.mul(tf.sub(tf.square(sum), squares), 0.5)
  },
}
