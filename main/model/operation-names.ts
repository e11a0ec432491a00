/** The names of operations in profiles; `Operation::name` of native/engine gives the same. */
import { parametersOf } from './costs.ts'
import { isLookup } from './kinds/embedding-lowering.ts'
import { operationDefinition } from './kinds/index.ts'
import type { Plan, PlanOperation } from './plan-types.ts'

/** The lookups of all tables together. */
export const TABLES = 'tables'
export const LOSS = 'loss'
/** The update of all dense parameters together. */
export const DENSE_PARAMETERS = 'dense parameters'
/** What the computation of a rank does for exchanges, above all waiting for what is not hidden behind other work. */
export const EXCHANGES = ['pooled rows', 'pooled gradients', 'dense gradients', 'losses'] as const

/** The layer of its parameter (bot_l.0) or the value that it writes; TABLES for every lookup. */
export function operationName(plan: Plan, operation: PlanOperation): string {
  if (isLookup(operation)) return TABLES
  const { namedAfter } = operationDefinition(operation)
  const name = namedAfter
    ? plan.parameters[parametersOf(operation, [namedAfter])[0] ?? -1]?.name
    : plan.values[operation.output]?.name
  return (name ?? '').replace(/\.weight$/, '')
}
