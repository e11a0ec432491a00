/** Gives a document that was made for other data the columns of a dataset. */
import type { BoundColumns, ModelDocument, ModelNode } from '../document.ts'
import { nodeDefinition } from '../kinds/index.ts'
import { columnsOf, namedColumns, withColumns } from '../named-columns.ts'

/** Whether `bindColumns` would change anything. */
export function canBindColumns(document: ModelDocument, columns: BoundColumns): boolean {
  return bindColumns(document, columns) !== document
}

/**
 * Every name of a column that the dataset does not have gives way to one that it has and no table uses yet: to the one
 * that is spelled alike but for case and punctuation, otherwise to the next in the dataset's order. A dense input that
 * names unknown columns reads all dense columns of the dataset. What there is no column for stays as it is.
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
    const own = columnsOf(node)
    const { role, field } = nodeDefinition(node).columns ?? {}
    if (role === 'dense') {
      const known = own.every((name) => dense.has(name))
      return known || dense.size === 0 ? node : withColumns(node, [...columns.dense])
    }
    if (field === 'column') {
      const name = names.get(own[0] ?? '')
      if (name === undefined) return node
      // A label that is the column's name goes with it.
      return { ...withColumns(node, [name]), ...(node.label === own[0] && { label: name }) }
    }
    if (own.every((name) => sparse.has(name))) return node
    const kept = new Set(own.map((name) => names.get(name) ?? name))
    const known = [...kept].filter((name) => sparse.has(name))
    return known.length === 0 ? node : withColumns(node, known)
  }
}

/** New names of unknown sparse columns. */
function newNames(document: ModelDocument, { sparse }: BoundColumns): Map<string, string> {
  const fieldOf = (node: ModelNode) => nodeDefinition(node).columns?.field
  // Tables choose first.
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
