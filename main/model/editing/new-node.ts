/** Nodes as the palette makes them: settings that are a good first try, no inputs, an id that is free. */
import { tableSizes, type ColumnRule } from './column-rule.ts'
import { nodeId, type BoundColumns, type ModelDocument, type ModelNode, type NodeKind } from '../document.ts'

/** How the ids of a kind's nodes begin. */
const idStems: Record<NodeKind, string> = {
  denseInput: 'dense',
  embedding: 'table',
  mlp: 'mlp',
  dotInteraction: 'dot',
  concat: 'concat',
  sum: 'sum',
  cross: 'cross',
  factorizationMachine: 'fm',
  linearTerm: 'linear',
  bias: 'bias',
  activation: 'activation',
  loss: 'loss',
}

const DIMENSION = 16

/** `columns`: of the dataset the model is bound to; without one an input gets a column to be named. */
export function newNode(kind: NodeKind, document: ModelDocument, columns: BoundColumns | null): ModelNode {
  const id = freeId(document, idStems[kind])
  switch (kind) {
    case 'denseInput':
      return { id, kind, columns: columns?.dense.length ? [...columns.dense] : ['column'] }
    case 'embedding': {
      const column = unusedColumn(document, columns)
      return {
        ...{ id, kind, column, dimension: DIMENSION, pooling: 'sum', rowWeights: 'none' },
        compression: { kind: 'none' },
      }
    }
    case 'mlp':
      return {
        ...{ id, kind, inputs: { input: [] }, widths: [64, DIMENSION], activation: 'relu' },
        ...{ outputActivation: 'relu', dropout: 0, bias: true },
      }
    case 'dotInteraction':
      return { id, kind, inputs: { vectors: [] }, includeSelf: false, keepFirst: true }
    case 'concat':
    case 'sum':
    case 'factorizationMachine':
      return { id, kind, inputs: { vectors: [] } }
    case 'cross':
      return { id, kind, inputs: { input: [] }, version: 'v2', layers: 3 }
    case 'linearTerm':
      return { id, kind, inputs: {}, columns: columns?.sparse.map(({ name }) => name) ?? [] }
    case 'bias':
      return { id, kind, inputs: { input: [] } }
    case 'activation':
      return { id, kind, inputs: { input: [] }, activation: 'sigmoid' }
    case 'loss':
      return { id, kind, inputs: { prediction: [] }, loss: 'bce', clamp: 0 }
  }
}

/** How many nodes stand below each other before the next column of them begins. */
const ROWS = 9

/** What a document does not read yet: the number columns if it has no dense input, and columns that have no table. */
export function newColumns(document: ModelDocument, columns: BoundColumns): BoundColumns {
  const tabled = new Set(document.nodes.flatMap((node) => (node.kind === 'embedding' ? [node.column] : [])))
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
    const stem = nodeId.safeParse(name).success ? name : idStems.embedding
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

/** The stem, or the stem with the first number that makes it free. */
export function freeId(
  document: ModelDocument,
  stem: string,
  taken: ReadonlySet<string> = new Set(),
): string {
  return freeAmong(new Set([...document.nodes.map((node) => node.id), ...taken]), stem)
}

export function freeAmong(ids: ReadonlySet<string>, stem: string): string {
  if (!ids.has(stem)) return stem
  for (let number = 2; ; number++) if (!ids.has(`${stem}_${number}`)) return `${stem}_${number}`
}

/** The first sparse column that no table has yet. */
function unusedColumn(document: ModelDocument, columns: BoundColumns | null): string {
  const used = new Set(document.nodes.flatMap((node) => (node.kind === 'embedding' ? [node.column] : [])))
  const names = columns?.sparse.map(({ name }) => name) ?? []
  return names.find((name) => !used.has(name)) ?? names[0] ?? 'column'
}
