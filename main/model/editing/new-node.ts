/** Nodes as the palette makes them: settings that are a good first try, no inputs, an id that is free. */
import { nodeId, type BoundColumns, type ModelDocument, type ModelNode, type NodeKind } from '../document.ts'
import { isEmbedding, type EmbeddingNode } from '../kinds/embedding-schema.ts'
import { nodeDefinition } from '../kinds/index.ts'
import { MAX_ID_LENGTH } from '../kinds/schema.ts'
import { tableSizes, type ColumnRule } from './column-rule.ts'

/** `columns`: of the dataset the model is bound to; without one an input gets a column to be named. */
export function newNode(kind: NodeKind, document: ModelDocument, columns: BoundColumns | null): ModelNode {
  const definition = nodeDefinition({ kind })
  const id = freeId(document, definition.idStem)
  const settings = definition.initialSettings({ columns, untabled: () => untabledColumn(document, columns) })
  return { id, kind, ...settings } as ModelNode
}

/** How many nodes stand below each other before the next column of them begins. */
const ROWS = 9

/** What a document does not read yet: the number columns if it has no dense input, and columns that have no table. */
export function newColumns(document: ModelDocument, columns: BoundColumns): BoundColumns {
  const tabled = tabledColumns(document)
  return {
    dense: document.nodes.some(({ kind }) => kind === 'denseInput') ? [] : columns.dense,
    sparse: columns.sparse.filter(({ name }) => !tabled.has(name)),
  }
}

/**
 * A dense input and a table each for the columns that are new to the document, sized by a rule, in columns that end at
 * a place; the ids of tables are those of their columns where these make ids.
 */
export function columnNodes(
  document: ModelDocument,
  columns: BoundColumns,
  { x, y }: { x: number; y: number },
  spacing: { x: number; y: number },
  rule: ColumnRule,
): ModelNode[] {
  const { dense, sparse } = newColumns(document, columns)
  const inputs = dense.length > 0 ? [newNode('denseInput', document, columns)] : []
  const taken = new Set(inputs.map(({ id }) => id))
  const sizes = tableSizes(sparse, rule)
  const tables = sparse.map(({ name }, at): ModelNode => {
    const stem = nodeId.safeParse(name).success ? name : nodeDefinition({ kind: 'embedding' }).idStem
    const id = freeId(document, stem, taken)
    taken.add(id)
    return { ...newNode('embedding', document, columns), ...{ id, column: name }, ...sizes[at] }
  })
  const nodes = [...inputs, ...tables]
  const left = Math.ceil(nodes.length / ROWS) - 1
  return nodes.map((node, at) => ({
    ...node,
    position: { x: x + (Math.floor(at / ROWS) - left) * spacing.x, y: y + (at % ROWS) * spacing.y },
  }))
}

/** The stem, or the stem with the first number that makes it free, cut where it would be too long. */
export function freeId(
  document: ModelDocument,
  stem: string,
  taken: ReadonlySet<string> = new Set(),
): string {
  return freeAmong(new Set([...document.nodes.map((node) => node.id), ...taken]), stem)
}

export function freeAmong(ids: ReadonlySet<string>, stem: string): string {
  if (!ids.has(stem)) return stem
  for (let number = 2; ; number++) {
    const end = `_${number}`
    const id = stem.slice(0, MAX_ID_LENGTH - end.length) + end
    if (!ids.has(id)) return id
  }
}

const tabledColumns = ({ nodes }: ModelDocument): Set<string> =>
  new Set(nodes.filter(isEmbedding).map(({ column }: EmbeddingNode) => column))

/** The first sparse column that no table has yet. */
function untabledColumn(document: ModelDocument, columns: BoundColumns | null): string {
  const tabled = tabledColumns(document)
  const names = columns?.sparse.map(({ name }) => name) ?? []
  return names.find((name) => !tabled.has(name)) ?? names[0] ?? 'column'
}
