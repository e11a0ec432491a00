/** The dense operations of a plan in tfjs, whose tape gives the gradients. */
import type { Tensor } from '@tensorflow/tfjs'
import { inputsOf, parametersOf } from '../../../model/costs.ts'
import { isLookup } from '../../../model/kinds/embedding-lowering.ts'
import { operationName, TABLES } from '../../../model/operation-names.ts'
import type { Plan } from '../../../model/plan-types.ts'
import type { Tf } from './load-tensorflow.ts'
import { tensorFlowOperation } from './ops/index.ts'
import { present } from './ops/operation.ts'
import type { StepClock } from './step-clock.ts'

export interface DenseInputs {
  /** [batch, dense columns], or null if the plan reads none. */
  dense: Tensor | null
  /** [batch, sum of the bags' widths], or null if there are no tables. */
  pooled: Tensor | null
  /** By parameter index. Tables are left out. */
  parameters: Map<number, Tensor>
  /** By operation index, [batch, width]. It is empty for predictions, in which nothing is dropped. */
  masks: Map<number, Tensor>
}

/** The indices of the parameters that dense operations read. */
export function denseParameters(plan: Plan): number[] {
  const dense = plan.operations.filter((operation) => !isLookup(operation))
  return [...new Set(dense.flatMap((operation) => parametersOf(operation)))]
}

/** The prediction before the loss's clamp, [batch, 1]. With a clock each operation is timed. */
export function predict(tf: Tf, plan: Plan, inputs: DenseInputs, clock: StepClock | null = null): Tensor {
  const values = new Map<number, Tensor>()
  const { pooled } = inputs
  const split = (): Tensor[] => (pooled ? splitBags(tf, pooled, bagWidths(plan)) : [])
  const bags = clock ? clock.operation(tf, TABLES, split) : split()
  const value = (index: number): Tensor => present(values.get(index))
  for (const [index, operation] of plan.operations.entries()) {
    const definition = tensorFlowOperation(operation)
    const output = (): Tensor =>
      definition.output(tf, operation, {
        values: inputsOf(operation).map(value),
        width: widthOf(plan, operation.output),
        parameter: (parameter) => present(inputs.parameters.get(parameter)),
        mask: inputs.masks.get(index),
        dense: () => present(inputs.dense),
        nextBag: () => present(bags.shift()),
      })
    const timed =
      clock && !definition.handsOn ? clock.operation(tf, operationName(plan, operation), output) : output()
    values.set(operation.output, timed)
  }
  return value(plan.loss.prediction)
}

/** The widths of the pooled rows, in the plan's order. */
function bagWidths(plan: Plan): number[] {
  return plan.operations.filter(isLookup).map(({ output }) => widthOf(plan, output))
}

/**
 * A copy of the list, because tfjs's tape keeps the one that split returns. A single bag is not split, because tfjs has
 * no gradient for a split into one.
 */
function splitBags(tf: Tf, pooled: Tensor, widths: number[]): Tensor[] {
  return widths.length === 1 ? [pooled] : [...tf.split(pooled, widths, 1)]
}

/** The width of a value of the plan. */
export function widthOf(plan: Plan, value: number): number {
  return present(plan.values[value]).width
}
