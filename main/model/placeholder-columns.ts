/** Placeholder columns, which a dataset's columns replace in their order. */
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { nodeDefinition } from './kinds/index.ts'
import { nodeColumns, namedColumns, withColumns } from './named-columns.ts'

/** The rows of the tables of a Criteo dataset that is not available: 26 tables of unknown sizes. */
export const CRITEO_SHAPE: readonly number[] = Array.from({ length: 26 }, () => 1)

const DENSE = /^dense_(\d+)$/
const SPARSE = /^sparse_(\d+)$/

/** Dense columns dense_0 …, and sparse columns sparse_0 …, each of them multi-valued. */
export function placeholderColumns(dense: number, tableRows: readonly number[]): BoundColumns {
  return {
    dense: Array.from({ length: dense }, (_, index) => `dense_${index}`),
    sparse: tableRows.map((cardinality, index) => ({
      name: `sparse_${index}`,
      cardinality,
      multiValued: true,
    })),
  }
}

/**
 * The document with a dataset's columns instead of the placeholders, each at its number, or null if the document also
 * names other columns or their numbers differ. All dense columns of the dataset are used, as in the reference.
 */
export function withDatasetColumns(document: ModelDocument, columns: BoundColumns): ModelDocument | null {
  const { dense, sparse } = namedColumns(document)
  const known = new Set([...columns.dense, ...columns.sparse.map(({ name }) => name)])
  const numbered = areNumbered(dense, DENSE) && areNumbered(sparse, SPARSE)
  if (!numbered || [...dense, ...sparse].some((name) => known.has(name))) return null
  if (new Set(sparse).size !== columns.sparse.length) return null
  if (dense.length > 0 !== columns.dense.length > 0) return null
  const nameOf = (placeholder: string) =>
    columns.sparse[Number(SPARSE.exec(placeholder)?.[1])]?.name ?? placeholder
  const bound = (node: ModelNode): ModelNode => {
    const { role, field } = nodeDefinition(node).columns ?? {}
    if (role === 'dense') return withColumns(node, columns.dense)
    const names = nodeColumns(node).map(nameOf)
    const renamed = withColumns(node, names)
    return field === 'column' ? { ...renamed, label: node.label ?? names[0] } : renamed
  }
  return { ...document, nodes: document.nodes.map(bound) }
}

/** Whether the names are all numbered from zero without gaps. */
function areNumbered(names: readonly string[], pattern: RegExp): boolean {
  const numbers = new Set(names.map((name) => pattern.exec(name)?.[1] ?? ''))
  return [...numbers.keys()].every((number) => number !== '' && Number(number) < numbers.size)
}
