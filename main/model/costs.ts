/** What plan operations and parameters cost. */
import type { PlanOperation, PlanParameter, PlanValue } from './plan-types.ts'

export const optimizerKinds = ['sgd', 'adagrad', 'rowWiseAdagrad', 'adam'] as const
export type OptimizerKind = (typeof optimizerKinds)[number]

/** Bytes of parameters and the state of each optimizer. */
export type OptimizerBytes = Record<OptimizerKind, number>

/** Of one sample: of the forward pass, and of a whole training step's forward, backward and update. */
export interface StepCost {
  forward: number
  training: number
}

export interface OperationCosts {
  flops: StepCost
  /** Activations and table rows read and written; weights are left out, for a batch shares them. */
  bytesMoved: StepCost
}

const FLOAT = 4

export function parameterCount(parameters: PlanParameter[]): number {
  return parameters.reduce((total, { shape }) => total + elements(shape), 0)
}

const elements = (shape: number[]) => shape.reduce((product, size) => product * size, 1)

export function optimizerBytes(parameters: PlanParameter[]): OptimizerBytes {
  const bytes: OptimizerBytes = { sgd: 0, adagrad: 0, rowWiseAdagrad: 0, adam: 0 }
  for (const { shape, kind } of parameters) {
    const own = elements(shape) * FLOAT
    bytes.sgd += own
    bytes.adagrad += 2 * own
    bytes.rowWiseAdagrad += own + (kind === 'table' ? (shape[0] ?? 0) * FLOAT : own)
    bytes.adam += 3 * own
  }
  return bytes
}

/** Values whose gradient a training step needs: all that depend on a parameter. */
export function trainableValues(operations: PlanOperation[]): Set<number> {
  const trainable = new Set<number>()
  for (const operation of operations)
    if (hasParameters(operation) || inputsOf(operation).some((input) => trainable.has(input)))
      trainable.add(operation.output)
  return trainable
}

const hasParameters = ({ kind }: PlanOperation) =>
  kind === 'embeddingBag' || kind === 'linear' || kind === 'crossV1' || kind === 'bias'

/** The values an operation reads. */
export function inputsOf(operation: PlanOperation): number[] {
  switch (operation.kind) {
    case 'denseInput':
    case 'embeddingBag':
      return []
    case 'linear':
    case 'activation':
    case 'dropout':
    case 'bias':
      return [operation.input]
    case 'crossV1':
      return [operation.x0, operation.x]
    case 'crossV2':
      return [operation.x0, operation.x, operation.projected]
    default:
      return operation.inputs
  }
}

/**
 * Estimates for one sample. `lookups` is the mean number of indices a row of the operation's column, for lookups.
 */
export function operationCosts(
  operation: PlanOperation,
  values: PlanValue[],
  trainable: Set<number>,
  lookups: number,
): OperationCosts {
  const width = (value: number) => values[value]?.width ?? 0
  const output = width(operation.output)
  const inputs = inputsOf(operation).map(width)
  const read = inputs.reduce((total, each) => total + each, 0)
  const streamed = FLOAT * (read + output)
  switch (operation.kind) {
    case 'embeddingBag': {
      const rows = lookups * output
      return {
        flops: { forward: rows, training: 3 * rows },
        bytesMoved: { forward: FLOAT * (rows + output), training: FLOAT * (3 * rows + 2 * output) },
      }
    }
    case 'linear': {
      const product = 2 * read * output
      const passes = trainable.has(operation.input) ? 3 : 2
      return {
        flops: { forward: product + output, training: passes * product + 2 * output },
        bytesMoved: { forward: streamed, training: passes * streamed },
      }
    }
    case 'dot': {
      const vector = inputs[0] ?? 0
      const pairs = output - (operation.keepFirst ? vector : 0)
      const products = 2 * vector * pairs
      return same({ forward: products, training: 3 * products }, streamed)
    }
    case 'denseInput':
    case 'concat':
      return same({ forward: 0, training: 0 }, streamed)
    case 'crossV1':
      return same({ forward: 5 * output, training: 15 * output }, streamed)
    case 'factorizationMachine':
      return same({ forward: 4 * read, training: 7 * read }, streamed)
    default:
      return same({ forward: read, training: 3 * read }, streamed)
  }
}

const same = (flops: StepCost, streamed: number): OperationCosts => ({
  flops,
  bytesMoved: { forward: streamed, training: 3 * streamed },
})

export function sumCosts(costs: OperationCosts[]): OperationCosts {
  const total: OperationCosts = {
    flops: { forward: 0, training: 0 },
    bytesMoved: { forward: 0, training: 0 },
  }
  for (const { flops, bytesMoved } of costs) {
    total.flops.forward += flops.forward
    total.flops.training += flops.training
    total.bytesMoved.forward += bytesMoved.forward
    total.bytesMoved.training += bytesMoved.training
  }
  return total
}
