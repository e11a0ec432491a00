import type { Tensor } from '@tensorflow/tfjs'
import type { Tf } from '../load-tensorflow.ts'
import { present } from './operation.ts'

/**
 * An operation whose gradient is `backward(gradient of the output, input)` instead of the one that tfjs would compute.
 */
export function withGradient<Input extends Tensor>(
  tf: Tf,
  input: Input,
  forward: (input: Input) => Tensor,
  backward: (gradient: Tensor, input: Input) => Tensor,
): Tensor {
  // tfjs passes the function that saves tensors as an additional input.
  const operation = tf.customGrad((...given) => {
    const [x, save] = given as unknown as [Input, (tensors: Tensor[]) => void]
    save([x])
    return { value: forward(x), gradFunc: (dy, saved) => backward(dy, present(saved[0]) as Input) }
  })
  return operation(input)
}
