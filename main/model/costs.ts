/** The costs of a plan's operations and parameters. */
import { operationDefinition } from './kinds/index.ts'
import { FLOAT_BYTES, streamingCosts, type OperationCosts, type OperationSize } from './kinds/operation.ts'
import type { PlanOperation } from './plan-types.ts'
import type { ParameterIndex, PlanParameter, PlanValue, ValueIndex } from './plan-values.ts'

export const optimizerKinds = ['sgd', 'adagrad', 'rowWiseAdagrad', 'adam'] as const
export type OptimizerKind = (typeof optimizerKinds)[number]

/** Bytes of parameters and the state of each optimizer. */
export type OptimizerBytes = Record<OptimizerKind, number>

export function parameterCount(parameters: PlanParameter[]): number {
  return parameters.reduce((total, { shape }) => total + elements(shape), 0)
}

const elements = (shape: number[]) => shape.reduce((product, size) => product * size, 1)

export function optimizerBytes(parameters: PlanParameter[]): OptimizerBytes {
  const bytes: OptimizerBytes = { sgd: 0, adagrad: 0, rowWiseAdagrad: 0, adam: 0 }
  for (const { shape, kind } of parameters) {
    const own = elements(shape) * FLOAT_BYTES
    bytes.sgd += own
    bytes.adagrad += 2 * own
    bytes.rowWiseAdagrad += own + (kind === 'table' ? (shape[0] ?? 0) * FLOAT_BYTES : own)
    bytes.adam += 3 * own
  }
  return bytes
}

/** The values whose gradient a training step needs, which are all that depend on a parameter. */
export function trainableValues(operations: PlanOperation[]): Set<number> {
  const trainable = new Set<number>()
  for (const operation of operations)
    if (hasParameters(operation) || inputsOf(operation).some((input) => trainable.has(input)))
      trainable.add(operation.output)
  return trainable
}

const hasParameters = (operation: PlanOperation) => operationDefinition(operation).parameters.length > 0

/** The values an operation reads. */
export function inputsOf(operation: PlanOperation): ValueIndex[] {
  const fields = operation as unknown as Record<string, ValueIndex | ValueIndex[]>
  return operationDefinition(operation).reads.flatMap((field) => fields[field] ?? [])
}

/** The parameters an operation reads. */
export function parametersOf(
  operation: PlanOperation,
  named: readonly string[] = operationDefinition(operation).parameters,
): ParameterIndex[] {
  const fields = operation as unknown as Record<string, ParameterIndex | null>
  return named.flatMap((field) => fields[field] ?? [])
}

/** `lookups` is the mean number of indices in a row of the operation's column; only lookups use it. */
export function operationSize(
  operation: PlanOperation,
  values: readonly PlanValue[],
  trainable: ReadonlySet<number>,
  lookups = 0,
): OperationSize {
  const width = (value: number) => values[value]?.width ?? 0
  const read = inputsOf(operation)
  const inputs = read.map(width)
  return {
    inputs,
    read: inputs.reduce((total, each) => total + each, 0),
    output: width(operation.output),
    inputsTrained: read.some((input) => trainable.has(input)),
    lookups,
  }
}

/** Estimates for one sample. */
export function operationCosts(operation: PlanOperation, size: OperationSize): OperationCosts {
  return (
    operationDefinition(operation).costs?.(operation, size) ??
    streamingCosts({ forward: size.read, training: 3 * size.read }, size)
  )
}

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
