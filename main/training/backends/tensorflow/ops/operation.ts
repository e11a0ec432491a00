/** What an operation of a plan is in tfjs. Each file beside this one has one; index.ts lists them. */
import type { Tensor } from '@tensorflow/tfjs'
import type { Tf } from '../load-tensorflow.ts'

/** What an operation computes with. */
export interface OperationInputs {
  /** The values it reads, [batch, width] each, in its order. */
  values: Tensor[]
  /** Width of what it writes. */
  width: number
  /** By parameter index. */
  parameter: (index: number) => Tensor
  /** Factors of dropout, [batch, width]; undefined when predicting, and then nothing is dropped. */
  mask: Tensor | undefined
  /** The batch's dense features, [batch, dense columns]. */
  dense: () => Tensor
  /** The pooled rows of the next lookup of the plan, [batch, width]. */
  nextBag: () => Tensor
}

export interface TensorFlowOperation<Operation> {
  /** It hands on what there is already, which is no work and not timed. */
  handsOn?: true
  /** It takes a mask from the addon, which draws the same one for both backends. */
  masked?: true
  /** What it writes, [batch, width]. Its gradients come from tfjs's tape. */
  output(tf: Tf, operation: Operation, inputs: OperationInputs): Tensor
}

/** What a plan names is there: the plan was checked when it was compiled. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The plan names what it does not have.')
  return value
}
