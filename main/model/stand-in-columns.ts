/** Columns of no dataset, in whose place those of a real one come in their order. */
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { nodeDefinition } from './kinds/index.ts'
import { columnsOf, namedColumns, withColumns } from './named-columns.ts'

/** Rows of the tables of a Criteo dataset of which none is at hand: 26, of unknown sizes. */
export const CRITEO_SHAPE: readonly number[] = Array.from({ length: 26 }, () => 1)

const DENSE = /^dense_(\d+)$/
const SPARSE = /^sparse_(\d+)$/

/** Dense columns dense_0 …, sparse columns sparse_0 …, every one of them a bag. */
export function standInColumns(dense: number, tableRows: readonly number[]): BoundColumns {
  return {
    dense: Array.from({ length: dense }, (_, place) => `dense_${place}`),
    sparse: tableRows.map((cardinality, place) => ({
      name: `sparse_${place}`,
      cardinality,
      multiValued: true,
    })),
  }
}

/**
 * The document with a dataset's columns in the place of stand-ins, each at its number; null where it names other columns
 * too, or more or fewer than there are. The dataset's dense columns all come in, as in the reference.
 */
export function onRealColumns(document: ModelDocument, columns: BoundColumns): ModelDocument | null {
  const { dense, sparse } = namedColumns(document)
  const known = new Set([...columns.dense, ...columns.sparse.map(({ name }) => name)])
  const numbered = areNumbered(dense, DENSE) && areNumbered(sparse, SPARSE)
  if (!numbered || [...dense, ...sparse].some((name) => known.has(name))) return null
  if (new Set(sparse).size !== columns.sparse.length) return null
  if (dense.length > 0 !== columns.dense.length > 0) return null
  const nameOf = (standIn: string) => columns.sparse[Number(SPARSE.exec(standIn)?.[1])]?.name ?? standIn
  const bound = (node: ModelNode): ModelNode => {
    const { role, field } = nodeDefinition(node).columns ?? {}
    if (role === 'dense') return withColumns(node, columns.dense)
    const names = columnsOf(node).map(nameOf)
    const renamed = withColumns(node, names)
    return field === 'column' ? { ...renamed, label: node.label ?? names[0] } : renamed
  }
  return { ...document, nodes: document.nodes.map(bound) }
}

/** Whether they are all numbers from zero on of one kind. */
function areNumbered(names: readonly string[], pattern: RegExp): boolean {
  const numbers = new Set(names.map((name) => pattern.exec(name)?.[1] ?? ''))
  return [...numbers.keys()].every((number) => number !== '' && Number(number) < numbers.size)
}
