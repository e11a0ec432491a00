/** The gradient of the loss, which replaces the one that tfjs would compute. */
import type { Tensor } from '@tensorflow/tfjs'
import type { PlanLoss } from '../../../model/plan-types.ts'
import type { Tf } from './load-tensorflow.ts'
import { present } from './ops/operation.ts'
import { withGradient } from './ops/with-gradient.ts'

/** The prediction unchanged. Its gradient is that of the mean loss instead of the incoming one. */
export function withLossGradient(tf: Tf, loss: PlanLoss, prediction: Tensor, labels: Tensor): Tensor {
  const unchanged = (value: Tensor): Tensor => value.clone()
  const backward = (_: Tensor, value: Tensor): Tensor => lossGradient(tf, loss, value, labels)
  return withGradient(tf, prediction, unchanged, backward)
}

/** The gradient of the mean loss: PyTorch's of binary_cross_entropy, zero where the clamp changed the prediction. */
function lossGradient(tf: Tf, loss: PlanLoss, p: Tensor, y: Tensor): Tensor {
  const share = 1 / present(p.shape[0])
  const difference = tf.sub(p, y)
  const ofKind = (): Tensor => {
    if (loss.kind === 'mse') return tf.mul(difference, 2 * share)
    const slope = tf.div(difference, tf.maximum(tf.mul(p, tf.sub(1, p)), 1e-12))
    if (loss.kind === 'bce') return tf.mul(slope, share)
    const [ofZero, ofOne] = loss.weights
    const weights = tf.add(tf.mul(tf.cast(tf.greaterEqual(y, 1), 'float32'), ofOne - ofZero), ofZero)
    return tf.mul(tf.mul(slope, weights), share)
  }
  if (loss.clamp === 0) return ofKind()
  const inside = tf.logicalAnd(tf.greaterEqual(p, loss.clamp), tf.lessEqual(p, 1 - loss.clamp))
  return tf.where(inside, ofKind(), tf.zerosLike(p))
}
