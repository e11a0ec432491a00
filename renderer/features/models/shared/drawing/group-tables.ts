/** Groups the embeddings that a drawing may show as one box: those that differ in nothing but column and rows. */
import type { ModelDocument, ModelNode } from '../../../../../main/model/document.ts'
import { nodesById, sourcesOf } from '../../../../../main/model/graph.ts'
import { isEmbedding } from '../../../../../main/model/kinds/embedding-schema.ts'

const MIN_GROUP_SIZE = 3

/**
 * Gives groups of node ids in the document's order, without groups of one. There are none if the model has no more than
 * `mostSingle` tables.
 */
export function groupTables(document: ModelDocument, mostSingle: number): string[][] {
  const nodes = [...nodesById(document).values()]
  const tables = nodes.filter(isEmbedding)
  if (tables.length <= mostSingle) return []
  const users = consumersOf(nodes)
  const groups = new Map<string, string[]>()
  for (const table of tables) {
    const { dimension, tableDimension = 0, pooling, rowWeights, compression } = table
    const kind = compression.kind === 'quotientRemainder' ? compression : compression.kind
    const key = JSON.stringify([dimension, tableDimension, pooling, rowWeights, kind, users.get(table.id)])
    groups.set(key, [...(groups.get(key) ?? []), table.id])
  }
  return [...groups.values()].filter((ids) => ids.length >= MIN_GROUP_SIZE)
}

function consumersOf(nodes: ModelNode[]): Map<string, string[]> {
  const users = new Map<string, string[]>()
  for (const node of nodes)
    for (const source of new Set(sourcesOf(node))) users.set(source, [...(users.get(source) ?? []), node.id])
  return users
}
