import type { ModelDocument, ModelNode } from '../../../../main/model/document.ts'
import { nodeColumns } from '../../../../main/model/named-columns.ts'
import { kindLabel } from '../shared/drawing/describe-node.ts'

/** Gives the ids of the nodes that have every word in their id, label, kind or columns, in the document's order. */
export function findNodes(document: ModelDocument, text: string): string[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return []
  return document.nodes
    .filter((node) => {
      const all = wordsOf(node).toLowerCase()
      return wanted.every((word) => all.includes(word))
    })
    .map(({ id }) => id)
}

function wordsOf(node: ModelNode): string {
  return [node.id, node.label ?? '', kindLabel(node.kind), ...nodeColumns(node)].join(' ')
}
