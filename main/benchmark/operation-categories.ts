/** The category of an operation in the paper's breakdown, by the operation's name in the engine's profile. */
import type { ReportCategory, OperationPhase } from '../contract/operations.ts'
import { operationDefinition } from '../model/kinds/index.ts'
import { EXCHANGES, operationName, TABLES } from '../model/operation-names.ts'
import type { Plan } from '../model/plan-types.ts'

/**
 * For each (name, phase) of a plan's profile. Entries without an operation in the plan, such as the loss, are `other`.
 */
export function operationCategories(plan: Plan): (name: string, phase: OperationPhase) => ReportCategory {
  const byNode = categoriesOfNodes(plan)
  const byName = new Map<string, ReportCategory>([
    [TABLES, 'embeddings'],
    ...EXCHANGES.map((name) => [name, 'communication'] as const),
  ])
  for (const operation of plan.operations) {
    const { category } = operationDefinition(operation)
    byName.set(operationName(plan, operation), byNode.get(operation.node) ?? category)
  }
  return (name, phase) => (phase === 'update' || phase === 'data' ? phase : (byName.get(name) ?? 'other'))
}

/** A cross layer's product is counted in the interaction, and a table's projection in the embeddings. */
function categoriesOfNodes(plan: Plan): Map<string, ReportCategory> {
  const leading = plan.operations.filter((operation) => operationDefinition(operation).leadsNode)
  return new Map(leading.map((operation) => [operation.node, operationDefinition(operation).category]))
}
