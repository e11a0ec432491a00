/** The costs and the work of a fully connected layer. */
import type { Activation } from './activations.ts'
import { FLOAT_BYTES, type OperationCosts, type OperationSize, type OperationWork } from './operation.ts'
import type { Amounts } from '../step-time/amounts.ts'

/** The number of columns of a matrix product that a kernel computes at once. Fewer take the same time. */
const PANEL = 16

/** The matrix products of a step: forward, for the weights and, if needed, for the input's gradient. */
export function layerCosts(_: unknown, { read, output, inputsTrained }: OperationSize): OperationCosts {
  const product = 2 * read * output
  const streamed = FLOAT_BYTES * (read + output)
  const products = inputsTrained ? 3 : 2
  return {
    flops: { forward: product + output, training: products * product + 2 * output },
    bytesMoved: { forward: streamed, training: products * streamed },
  }
}

/** A layer with one output is a sum over its inputs rather than a matrix product. */
export function layerWork(
  { activation }: { activation: Activation },
  { read, output, inputsTrained }: OperationSize,
  batch: number,
): OperationWork {
  const kind = output === 1 ? 'vector' : 'linear'
  const whole = (columns: number) => (output === 1 ? columns : Math.ceil(columns / PANEL) * PANEL)
  const work = (phase: keyof OperationWork, times: number, multiplied: number): Amounts => ({
    [`${kind}.${phase}`]: 1,
    [`${kind}.${phase}.values`]: times * batch * (read + output),
    [`${kind}.${phase}.weights`]: times * read * output,
    [`${kind}.${phase}.products`]: times * batch * multiplied,
    [`${kind}.${activation}.${phase}`]: batch * output,
  })
  return {
    forward: work('forward', 1, read * whole(output)),
    backward: work('backward', inputsTrained ? 2 : 1, output * whole(read)),
  }
}
