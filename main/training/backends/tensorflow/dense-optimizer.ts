/**
 * Optimizer steps of dense parameters with PyTorch's semantics, operation for operation those of native/engine's
 * optimizer.rs. TensorFlow's own Adagrad has another initial sum and adds epsilon elsewhere.
 */
import type { Tensor } from '@tensorflow/tfjs'
import type { OptimizerConfig } from '../../../contract/training.ts'
import type { Tf } from './load-tensorflow.ts'

/**
 * The names of the state tensors that an optimizer keeps for a parameter, in the order in which `stepDense` takes them.
 */
export function stateNames(kind: OptimizerConfig['kind']): readonly string[] {
  if (kind === 'sgd') return []
  return kind === 'adam' ? ['mean', 'variance'] : ['sum']
}

export interface DenseStep {
  settings: OptimizerConfig
  /** A factor on the settings' learning rate. */
  scale: number
  /** A factor on the gradient before anything else, for clipping and for the mean over accumulated batches. */
  gradientScale: number
  /** Counted from 1. */
  count: number
}

/** The parameter and its state after a step. Row-wise Adagrad is ordinary Adagrad for a dense parameter. */
export function stepDense(
  tf: Tf,
  { settings, scale, gradientScale, count }: DenseStep,
  weight: Tensor,
  gradient: Tensor,
  states: Tensor[],
): { weight: Tensor; states: Tensor[] } {
  const { kind, epsilon, beta1, beta2, l2 } = settings
  const rate = settings.learningRate * scale
  const scaled = gradientScale === 1 ? gradient : gradient.mul(gradientScale)
  const effective = l2 === 0 ? scaled : scaled.add(weight.mul(l2))
  const [first, second] = states
  if (kind === 'adam' && first && second) {
    const mean = first.add(effective.sub(first).mul(1 - Math.fround(beta1)))
    const variance = second.mul(beta2).add(tf.square(effective).mul(1 - Math.fround(beta2)))
    const stepSize = rate / (1 - beta1 ** count)
    const rootCorrection = Math.sqrt(1 - beta2 ** count)
    const denominator = tf.sqrt(variance).div(rootCorrection).add(epsilon)
    return { weight: weight.sub(mean.div(denominator).mul(stepSize)), states: [mean, variance] }
  }
  if (kind !== 'sgd' && first) {
    const sum = first.add(tf.square(effective))
    const direction = effective.div(tf.sqrt(sum).add(epsilon))
    return { weight: weight.sub(direction.mul(rate)), states: [sum] }
  }
  return { weight: weight.sub(effective.mul(rate)), states: [] }
}
