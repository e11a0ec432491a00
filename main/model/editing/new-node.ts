/** Creates nodes as the palette offers them: with useful initial settings, no inputs, and an unused id. */
import { nodeId, type BoundColumns, type ModelDocument, type ModelNode, type NodeKind } from '../document.ts'
import { isEmbedding, type EmbeddingNode } from '../kinds/embedding-schema.ts'
import { nodeDefinition } from '../kinds/index.ts'
import { MAX_ID_LENGTH } from '../kinds/schema.ts'
import { tableSizes, type ColumnRule } from './column-rule.ts'

/**
 * `columns` are those of the dataset that the model is bound to. Without one, an input gets a column that a person has
 * to name.
 */
export function newNode(kind: NodeKind, document: ModelDocument, columns: BoundColumns | null): ModelNode {
  const definition = nodeDefinition({ kind })
  const id = freeId(document, definition.idStem)
  const settings = definition.initialSettings({ columns, untabled: () => untabledColumn(document, columns) })
  return { id, kind, ...settings } as ModelNode
}

/** How many nodes are placed below each other before the next column begins. */
const ROWS = 9

/**
 * The columns that a document does not read yet: the dense columns if it has no dense input, and columns without a
 * table.
 */
export function newColumns(document: ModelDocument, columns: BoundColumns): BoundColumns {
  const tabled = tabledColumns(document)
  return {
    dense: document.nodes.some(({ kind }) => kind === 'denseInput') ? [] : columns.dense,
    sparse: columns.sparse.filter(({ name }) => !tabled.has(name)),
  }
}

/**
 * Creates a dense input and one table each for the columns that are new to the document. A rule sets the tables' sizes;
 * the nodes are placed in columns that end at a point. A table's id is its column's name if that is a valid id.
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
    const own = { id, column: name, ...sizes[at] }
    return { ...newNode('embedding', document, columns), ...own }
  })
  const nodes = [...inputs, ...tables]
  const left = Math.ceil(nodes.length / ROWS) - 1
  return nodes.map((node, at) => ({
    ...node,
    position: { x: x + (Math.floor(at / ROWS) - left) * spacing.x, y: y + (at % ROWS) * spacing.y },
  }))
}

/** The stem, or the stem with the first number that makes it unused, shortened if it would be too long. */
export function freeId(
  document: ModelDocument,
  stem: string,
  taken: ReadonlySet<string> = new Set(),
): string {
  return unusedId(new Set([...document.nodes.map((node) => node.id), ...taken]), stem)
}

export function unusedId(ids: ReadonlySet<string>, stem: string): string {
  if (!ids.has(stem)) return stem
  for (let number = 2; ; number++) {
    const end = `_${number}`
    const id = stem.slice(0, MAX_ID_LENGTH - end.length) + end
    if (!ids.has(id)) return id
  }
}

const tabledColumns = ({ nodes }: ModelDocument): Set<string> =>
  new Set(nodes.filter(isEmbedding).map(({ column }: EmbeddingNode) => column))

/** The first sparse column without a table. */
function untabledColumn(document: ModelDocument, columns: BoundColumns | null): string {
  const tabled = tabledColumns(document)
  const names = columns?.sparse.map(({ name }) => name) ?? []
  return names.find((name) => !tabled.has(name)) ?? names[0] ?? 'column'
}
