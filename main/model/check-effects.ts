/** Fields of nodes that change nothing beside the node's other fields. A stored document may have them: they stop no run. */
import type { ModelDocument, ModelNode } from './document.ts'
import type { ProblemList } from './problem-list.ts'

export function warnOfUnusedFields(document: ModelDocument, problems: ProblemList): void {
  for (const node of document.nodes) {
    for (const [field, reason] of unusedFields(node)) {
      problems.warning(
        node.id,
        field,
        `This has no effect: ${reason}. Remove it, or change the other setting.`,
      )
    }
  }
}

function unusedFields(node: ModelNode): [field: string, reason: string][] {
  switch (node.kind) {
    case 'loss':
      return node.weights && node.loss !== 'weightedBce'
        ? [['weights', `only the loss weightedBce uses weights, but this one is ${node.loss}`]]
        : []
    case 'cross':
      return node.rank !== undefined && node.version !== 'v2LowRank'
        ? [['rank', `only the version v2LowRank has a rank, but this one is ${node.version}`]]
        : []
    case 'mlp':
      return node.dropout > 0 && node.widths.length === 1
        ? [['dropout', 'dropout applies after hidden layers, but this MLP has none']]
        : []
    default:
      return []
  }
}
