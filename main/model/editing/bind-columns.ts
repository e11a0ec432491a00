/** Replaces the columns of a document that was made for other data with those of a dataset. */
import type { BoundColumns, ModelDocument, ModelNode } from '../document.ts'
import { nodeDefinition } from '../kinds/index.ts'
import { nodeColumns, namedColumns, withColumns } from '../named-columns.ts'

/** Whether `bindColumns` would change the document. */
export function canBindColumns(document: ModelDocument, columns: BoundColumns): boolean {
  return bindColumns(document, columns) !== document
}

/**
 * Replaces every column name that the dataset does not have with one that it has and no table uses yet: the one whose
 * spelling differs only in case and punctuation, otherwise the next in the dataset's order. A dense input that names
 * unknown columns reads all dense columns of the dataset. Names stay if no column is left for them.
 */
export function bindColumns(document: ModelDocument, columns: BoundColumns): ModelDocument {
  const names = newNames(document, columns)
  const dense = new Set(columns.dense)
  const sparse = new Set(columns.sparse.map(({ name }) => name))
  let changed = false
  const nodes = document.nodes.map((node): ModelNode => {
    const bound = boundNode(node)
    changed ||= bound !== node
    return bound
  })
  return changed ? { ...document, nodes } : document

  function boundNode(node: ModelNode): ModelNode {
    const own = nodeColumns(node)
    const { role, field } = nodeDefinition(node).columns ?? {}
    if (role === 'dense') {
      const known = own.every((name) => dense.has(name))
      return known || dense.size === 0 ? node : withColumns(node, [...columns.dense])
    }
    if (field === 'column') {
      const name = names.get(own[0] ?? '')
      if (name === undefined) return node
      // A label that equals the column's name changes with it.
      return { ...withColumns(node, [name]), ...(node.label === own[0] && { label: name }) }
    }
    if (own.every((name) => sparse.has(name))) return node
    const kept = new Set(own.map((name) => names.get(name) ?? name))
    const known = [...kept].filter((name) => sparse.has(name))
    return known.length === 0 ? node : withColumns(node, known)
  }
}

/** The new names of unknown sparse columns. */
function newNames(document: ModelDocument, { sparse }: BoundColumns): Map<string, string> {
  const fieldOf = (node: ModelNode) => nodeDefinition(node).columns?.field
  // Tables choose before linear terms.
  const inTurn = document.nodes.toSorted(
    (a, b) => Number(fieldOf(b) === 'column') - Number(fieldOf(a) === 'column'),
  )
  const named = new Set(namedColumns({ nodes: inTurn }).sparse)
  const known = new Set(sparse.map(({ name }) => name))
  const missing = [...named].filter((name) => !known.has(name))
  const free = new Set([...known].filter((name) => !named.has(name)))
  const names = new Map<string, string>()
  const give = (name: string, column: string | undefined) => {
    if (column === undefined) return
    names.set(name, column)
    free.delete(column)
  }
  for (const name of missing)
    give(
      name,
      [...free].find((column) => plain(column) === plain(name)),
    )
  for (const name of missing) if (!names.has(name)) give(name, free.values().next().value)
  return names
}

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
