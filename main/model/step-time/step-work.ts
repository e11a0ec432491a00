/**
 * The work of a training step, operation by operation, as amounts of a few kinds of work. The time of a unit of each
 * kind is fitted to measurements of the machine (fit.ts); a step's time is the sum over its work (predict.ts).
 */
import { inputsOf, operationSize, parametersOf, trainableValues } from '../costs.ts'
import { isLookup } from '../kinds/embedding-lowering.ts'
import { operationDefinition } from '../kinds/index.ts'
import { streamingWork } from '../kinds/operation.ts'
import { DENSE_PARAMETERS, LOSS, operationName } from '../operation-names.ts'
import type { Plan, PlanOperation } from '../plan-types.ts'
import type { Amounts } from './amounts.ts'
import { freeConcatenations } from './free-concatenations.ts'
import { tableWork } from './table-work.ts'
import type { StepSettings, WorkItem } from './work.ts'
import { appendAll } from '../extremes.ts'

/** For batches of at most this many rows, plain SGD updates the layers' weights in the native backward pass. */
const STEP_IN_PASS = 256

export function stepWork(plan: Plan, settings: StepSettings): WorkItem[] {
  const { backend, batchSize } = settings
  const items: WorkItem[] = tableWork(plan, settings)
  for (const { operation, forward, backward } of operationsWork(plan, backend, batchSize)) {
    const common = { name: operationName(plan, operation), node: operation.node }
    items.push({ ...common, phase: 'forward', amounts: forward })
    if (backward) items.push({ ...common, phase: 'backward', amounts: backward })
  }
  const loss = { name: LOSS, node: null }
  items.push({ ...loss, phase: 'forward', amounts: { 'loss.forward': 1, 'loss.rows': batchSize } })
  // The native engine computes the loss's gradient in the same operation.
  if (backend === 'tensorflow') items.push({ ...loss, phase: 'backward', amounts: { 'loss.backward': 1 } })
  appendAll(items, [...denseUpdates(plan, settings), outside(plan, settings, items.length)])
  return items
}

interface WorkOfOperation {
  /** Its place among the plan's operations. */
  index: number
  operation: PlanOperation
  forward: Amounts
  /** null if nothing it reads has a gradient. */
  backward: Amounts | null
}

/** The work of every operation that takes time, other than lookups, in the order of the plan. */
export function operationsWork(
  plan: Plan,
  backend: StepSettings['backend'],
  batchSize: number,
): WorkOfOperation[] {
  const free = backend === 'native' ? freeConcatenations(plan) : new Set<number>()
  const trainable = trainableValues(plan.operations)
  return plan.operations.flatMap((operation, index) => {
    if (isLookup(operation) || free.has(index)) return []
    const size = operationSize(operation, plan.values, trainable)
    const { forward, backward } =
      operationDefinition(operation).work?.(operation, size, batchSize) ??
      streamingWork(operation.kind, size, batchSize)
    return [{ index, operation, forward, backward: inputsOf(operation).length > 0 ? backward : null }]
  })
}

function denseUpdates(plan: Plan, settings: StepSettings): WorkItem[] {
  const { backend, dense, batchSize, acrossRanks = false } = settings
  const inPass = backend === 'native' && dense === 'sgd' && batchSize <= STEP_IN_PASS && !acrossRanks
  // Row-wise Adagrad is ordinary Adagrad for a dense parameter.
  const kind = `update.${dense === 'rowWiseAdagrad' ? 'adagrad' : dense}`
  const common = { name: DENSE_PARAMETERS, phase: 'update' } as const
  const items: WorkItem[] = [{ ...common, node: null, amounts: { [kind]: 1 } }]
  const update = (node: string, index: number) => {
    const { shape } = plan.parameters[index] ?? { shape: [0] }
    const elements = shape.reduce((product, size) => product * size, 1)
    items.push({ ...common, node, amounts: { [`${kind}.parameters`]: 1, [`${kind}.elements`]: elements } })
  }
  for (const operation of plan.operations) {
    if (isLookup(operation)) continue
    const { updatedInPass = [] } = operationDefinition(operation)
    const updated = new Set(inPass ? parametersOf(operation, updatedInPass) : [])
    for (const index of parametersOf(operation)) if (!updated.has(index)) update(operation.node, index)
  }
  return items
}

function outside(plan: Plan, { batchSize, lookups }: StepSettings, items: number): WorkItem {
  const widths = plan.values.reduce((sum, { width }) => sum + width, 0)
  const inputs = plan.inputs.dense.length + lookups.reduce((sum, each) => sum + each, 0)
  const amounts = {
    step: 1,
    'step.items': items,
    'step.values': batchSize * widths,
    'step.inputs': batchSize * inputs,
  }
  return { name: '', phase: 'outside', node: null, amounts }
}
