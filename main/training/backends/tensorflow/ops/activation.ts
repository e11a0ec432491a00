import type { Tensor } from '@tensorflow/tfjs'
import type { ActivationOperation } from '../../../../model/kinds/activation.ts'
import type { Activation } from '../../../../model/kinds/activations.ts'
import type { Tf } from '../load-tensorflow.ts'
import { present, type TensorFlowOperation } from './operation.ts'
import { withGradient } from './with-gradient.ts'

export const activation: TensorFlowOperation<ActivationOperation> = {
  output: (tf, operation, { values }) => activate(tf, operation.activation, present(values[0])),
}

/** GELU in its exact form, with the error function. */
export function activate(tf: Tf, name: Activation, x: Tensor): Tensor {
  switch (name) {
    case 'none':
      return x
    case 'relu':
      return relu(tf, x)
    case 'sigmoid':
      return tf.sigmoid(x)
    case 'tanh':
      return tf.tanh(x)
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
  }
}

/** tfjs's own gradient of ReLU runs ten kernels. */
function relu(tf: Tf, x: Tensor): Tensor {
  const backward = (gradient: Tensor, input: Tensor): Tensor =>
    tf.mul(gradient, tf.cast(tf.greater(input, 0), 'float32'))
  return withGradient(tf, x, (input) => tf.relu(input), backward)
}
