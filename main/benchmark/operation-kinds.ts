/** Which part of the paper's breakdown an operation belongs to, by the name that the engine's profile gives it. */
import type { OperationKind, OperationPhase } from '../contract/operations.ts'
import { operationName, TABLES } from '../model/operation-names.ts'
import type { Plan, PlanOperation } from '../model/plan-types.ts'

const kindOf: Record<PlanOperation['kind'], OperationKind> = {
  embeddingBag: 'embeddings',
  linear: 'fullyConnected',
  activation: 'fullyConnected',
  dropout: 'fullyConnected',
  dot: 'interaction',
  crossV1: 'interaction',
  crossV2: 'interaction',
  factorizationMachine: 'interaction',
  concat: 'interaction',
  multiply: 'interaction',
  denseInput: 'other',
  sum: 'other',
  bias: 'other',
}

/** For each (name, phase) of a plan's profile. What the plan has no operation for is `other`, as the loss is. */
export function operationKinds(plan: Plan): (name: string, phase: OperationPhase) => OperationKind {
  const byNode = nodeKinds(plan)
  const byName = new Map<string, OperationKind>([[TABLES, 'embeddings']])
  for (const operation of plan.operations) {
    byName.set(operationName(plan, operation), byNode.get(operation.node) ?? kindOf[operation.kind])
  }
  return (name, phase) => (phase === 'update' || phase === 'data' ? phase : (byName.get(name) ?? 'other'))
}

/** A cross layer's product is part of the interaction, and a table's projection part of the embeddings. */
function nodeKinds(plan: Plan): Map<string, OperationKind> {
  const leading = plan.operations.filter(({ kind }) => kind === 'crossV2' || kind === 'embeddingBag')
  return new Map(leading.map(({ node, kind }) => [node, kindOf[kind]]))
}
