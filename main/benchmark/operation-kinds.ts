/** The category of an operation in the paper's breakdown, by the operation's name in the engine's profile. */
import type { OperationKind, OperationPhase } from '../contract/operations.ts'
import { operationDefinition } from '../model/kinds/index.ts'
import { operationName, TABLES } from '../model/operation-names.ts'
import type { Plan } from '../model/plan-types.ts'

/**
 * For each (name, phase) of a plan's profile. Entries without an operation in the plan, such as the loss, are `other`.
 */
export function operationKinds(plan: Plan): (name: string, phase: OperationPhase) => OperationKind {
  const byNode = nodeKinds(plan)
  const byName = new Map<string, OperationKind>([[TABLES, 'embeddings']])
  for (const operation of plan.operations) {
    const { category } = operationDefinition(operation)
    byName.set(operationName(plan, operation), byNode.get(operation.node) ?? category)
  }
  return (name, phase) => (phase === 'update' || phase === 'data' ? phase : (byName.get(name) ?? 'other'))
}

/** A cross layer's product counts to the interaction, and a table's projection to the embeddings. */
function nodeKinds(plan: Plan): Map<string, OperationKind> {
  const leading = plan.operations.filter((operation) => operationDefinition(operation).leadsNode)
  return new Map(leading.map((operation) => [operation.node, operationDefinition(operation).category]))
}
