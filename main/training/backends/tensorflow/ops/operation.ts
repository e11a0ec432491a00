/** The definition of a plan's operation in tfjs. Each file of this folder defines one; index.ts lists them. */
import type { Tensor } from '@tensorflow/tfjs'
import type { Tf } from '../load-tensorflow.ts'

/** The inputs of an operation. */
export interface OperationInputs {
  /** The values that it reads, [batch, width] each, in its order. */
  values: Tensor[]
  /** The width of its output. */
  width: number
  /** Parameters by index. */
  parameter: (index: number) => Tensor
  /** Factors of dropout, [batch, width]; undefined for predictions, in which nothing is dropped. */
  mask: Tensor | undefined
  /** The batch's dense features, [batch, dense columns]. */
  dense: () => Tensor
  /** The pooled rows of the plan's next lookup, [batch, width]. */
  nextBag: () => Tensor
}

export interface TensorFlowOperation<Operation> {
  /** It returns an existing value, which is no work and therefore not timed. */
  handsOn?: true
  /** It takes a mask from the addon, which draws the same mask for both backends. */
  masked?: true
  /** The output, [batch, width]. tfjs's tape gives its gradients. */
  output(tf: Tf, operation: Operation, inputs: OperationInputs): Tensor
}

/** Everything that a plan names exists, because the plan was checked when it was compiled. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The plan names what it does not have.')
  return value
}
