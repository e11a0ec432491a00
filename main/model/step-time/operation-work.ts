/** What an operation other than a lookup has to do in a step. */
import { inputsOf } from '../costs.ts'
import type { Plan, PlanOperation } from '../plan-types.ts'
import type { Amounts } from './work.ts'

interface Work {
  forward: Amounts
  backward: Amounts
}

/** Columns of a matrix product that a kernel computes at a time: fewer take as long. */
const PANEL = 16

/** `trainable`: values whose gradient is wanted. */
export function operationWork(
  plan: Plan,
  operation: PlanOperation,
  batch: number,
  trainable: Set<number>,
): Work {
  const width = (value: number) => plan.values[value]?.width ?? 0
  const inputs = inputsOf(operation)
  const outputs = width(operation.output)
  if (operation.kind === 'linear') {
    const { activation, input } = operation
    const products = trainable.has(input) ? 2 : 1
    return layerWork({ batch, inputs: width(input), outputs, products, activation })
  }
  const read = inputs.reduce((sum, input) => sum + width(input), 0)
  const { kind } = operation
  const work = (phase: keyof Work): Amounts => ({
    [`${kind}.${phase}`]: 1,
    [`${kind}.${phase}.inputs`]: inputs.length,
    [`${kind}.${phase}.samples`]: batch,
    [`${kind}.${phase}.vectors`]: batch * inputs.length,
    [`${kind}.${phase}.elements`]: batch * (read + outputs),
    ...(kind === 'activation' && { [`activation.${operation.activation}.${phase}`]: batch * outputs }),
    ...(kind === 'dot' && {
      [`dot.${phase}.pairs`]: batch * inputs.length ** 2,
      [`dot.${phase}.products`]: batch * inputs.length * read,
    }),
  })
  return { forward: work('forward'), backward: work('backward') }
}

interface Layer {
  batch: number
  inputs: number
  outputs: number
  /** Matrix products of the backward pass: one for the weights and, where it is wanted, one for the input's gradient. */
  products: number
  activation: string
}

/** A layer of one output is no matrix product but a sum over its inputs. */
function layerWork({ batch, inputs, outputs, products, activation }: Layer): Work {
  const kind = outputs === 1 ? 'vector' : 'linear'
  const whole = (columns: number) => (outputs === 1 ? columns : Math.ceil(columns / PANEL) * PANEL)
  const pass = (phase: keyof Work, times: number, multiplied: number): Amounts => ({
    [`${kind}.${phase}`]: 1,
    [`${kind}.${phase}.values`]: times * batch * (inputs + outputs),
    [`${kind}.${phase}.weights`]: times * inputs * outputs,
    [`${kind}.${phase}.products`]: times * batch * multiplied,
    [`${kind}.${activation}.${phase}`]: batch * outputs,
  })
  return {
    forward: pass('forward', 1, inputs * whole(outputs)),
    backward: pass('backward', products, outputs * whole(inputs)),
  }
}
