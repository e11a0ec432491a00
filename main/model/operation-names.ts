/** What profiles call the parts of a step; native/engine's operation_name has the same. */
import type { Plan, PlanOperation } from './plan-types.ts'

/** All tables' lookups together. */
export const TABLES = 'tables'
export const LOSS = 'loss'
/** The update of all dense parameters together. */
export const DENSE_PARAMETERS = 'dense parameters'

/** The layer of a linear operation (bot_l.0), the value another one writes, TABLES for every lookup. */
export function operationName(plan: Plan, operation: PlanOperation): string {
  if (operation.kind === 'embeddingBag') return TABLES
  const name =
    operation.kind === 'linear'
      ? plan.parameters[operation.weight]?.name
      : plan.values[operation.output]?.name
  return (name ?? '').replace(/\.weight$/, '')
}
