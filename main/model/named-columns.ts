/** The columns of a dataset that a document names. */
import type { ModelDocument, ModelNode } from './document.ts'
import { nodeDefinition } from './kinds/index.ts'

/** In the node's order; empty if its kind reads no columns. */
export function nodeColumns(node: ModelNode): string[] {
  const { columns } = nodeDefinition(node)
  if (!columns) return []
  const value = (node as Record<string, unknown>)[columns.field]
  return columns.field === 'column' ? [value as string] : (value as string[])
}

/** The node with other columns, as many as its kind allows. */
export function withColumns(node: ModelNode, names: string[]): ModelNode {
  const { columns } = nodeDefinition(node)
  if (!columns) return node
  return { ...node, [columns.field]: columns.field === 'column' ? names[0] : names }
}

/** Each name once, in the document's order. */
export function namedColumns({ nodes }: Pick<ModelDocument, 'nodes'>): { dense: string[]; sparse: string[] } {
  const ofRole = (role: 'dense' | 'sparse') => [
    ...new Set(nodes.filter((node) => nodeDefinition(node).columns?.role === role).flatMap(nodeColumns)),
  ]
  return { dense: ofRole('dense'), sparse: ofRole('sparse') }
}
