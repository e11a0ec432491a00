/** Do the columns a document names exist, and do its tables suit them? */
import type { BoundColumns, ModelDocument, ModelNode } from './document.ts'
import { listed, repeated, type ProblemList } from './problem-list.ts'

type Embedding = Extract<ModelNode, { kind: 'embedding' }>
type Role = 'dense' | 'sparse'

/** What can be said of a node's own settings; with columns also how they suit the data. */
export function checkColumns(
  document: ModelDocument,
  columns: BoundColumns | null,
  problems: ProblemList,
): void {
  const known = columns && {
    dense: new Set(columns.dense),
    sparse: new Map(columns.sparse.map((column) => [column.name, column])),
  }
  const checkKnown = (node: string, field: string, names: string[], role: Role) => {
    if (!known) return
    const missing = names.filter((name) => !known[role].has(name))
    if (missing.length === 0) return
    const other = role === 'dense' ? 'sparse' : 'dense'
    const misplaced = missing.filter((name) => known[other].has(name))
    const message =
      misplaced.length > 0
        ? `${listed(misplaced)} is a ${other} column and cannot be used here: ` +
          (role === 'dense' ? 'use an embedding for it.' : 'use a dense input for it.')
        : `The dataset has no ${role} column ${listed(missing)}. It has ${listed([...known[role].keys()]) || 'none'}.`
    problems.error(node, field, message)
  }
  for (const node of document.nodes) {
    if (node.kind === 'denseInput' || node.kind === 'linearTerm') {
      const twice = repeated(node.columns)
      if (twice.length > 0)
        problems.error(node.id, 'columns', `${listed(twice)} is listed several times: remove all but one.`)
      checkKnown(node.id, 'columns', node.columns, node.kind === 'denseInput' ? 'dense' : 'sparse')
    } else if (node.kind === 'embedding') {
      checkKnown(node.id, 'column', [node.column], 'sparse')
      checkTable(node, known?.sparse.get(node.column)?.cardinality ?? null, problems)
    }
  }
}

function checkTable(node: Embedding, cardinality: number | null, problems: ProblemList): void {
  const { compression, rowWeights, pooling } = node
  if (rowWeights === 'learned' && pooling !== 'sum')
    problems.error(node.id, 'pooling', 'Learned row weights need sum pooling: set pooling to sum.')
  if (compression.kind === 'quotientRemainder') {
    const width = node.tableDimension ?? node.dimension
    if (compression.operation === 'concat' && width % 2 === 1)
      problems.error(
        node.id,
        node.tableDimension === undefined ? 'dimension' : 'tableDimension',
        `Quotient-remainder with concat splits the width in half, but ${width} is odd: use an even width.`,
      )
    if (cardinality !== null && compression.collisions >= cardinality)
      problems.warning(
        node.id,
        'compression.collisions',
        `With ${compression.collisions} collisions and ${cardinality} values the tables are not smaller: use fewer.`,
      )
  }
  if (compression.kind === 'hash' && cardinality !== null && compression.rows >= cardinality)
    problems.warning(
      node.id,
      'compression.rows',
      `The column has ${cardinality} values: hashing them to ${compression.rows} rows does not make the table smaller.`,
    )
}
