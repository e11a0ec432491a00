/** The inspector's fields of an embedding, and the text that describes it. */
import type { BoundColumns } from '../columns.ts'
import type { EmbeddingNode } from './embedding-schema.ts'
import { choices, type NodeField } from './field.ts'
import type { Correction, DetailText } from './node.ts'
import { ROW_BOUNDS, WIDTH_BOUNDS } from './schema.ts'
import { untrainedRowsField } from './untrained-rows.ts'

export const poolingChoices = choices({ sum: 'sum', mean: 'mean' })
export const rowWeightsChoices = choices({ none: 'none', learned: 'learned, one per row' })
export const compressionChoices = choices({
  none: 'none',
  hash: 'hashing to fewer rows',
  quotientRemainder: 'quotient-remainder',
})
export const combinationChoices = choices({ mult: 'product', add: 'sum', concat: 'concatenation' })

/** The numbers of a compression that is chosen without them. */
export const defaultCompression = { rows: 10_000, collisions: 4, operation: 'mult' } as const

const hashed = { path: 'compression.kind', is: 'hash' }
const divided = { path: 'compression.kind', is: 'quotientRemainder' }

export const embeddingFields: readonly NodeField[] = [
  { path: 'column', name: 'Column', hint: 'Column to embed.', control: 'column', own: true },
  {
    path: 'dimension',
    name: 'Dimension',
    hint: 'Width of the output vector.',
    control: 'number',
    limits: WIDTH_BOUNDS,
    unit: 'values',
  },
  {
    path: 'tableDimension',
    name: 'Table dimension',
    hint: 'A narrower table is projected to the dimension.',
    control: 'optionalNumber',
    limits: WIDTH_BOUNDS,
    placeholder: 'same as dimension',
  },
  {
    path: 'pooling',
    name: 'Pooling',
    hint: 'How the vectors of a multi-valued column are combined.',
    control: 'choice',
    options: poolingChoices,
  },
  {
    path: 'rowWeights',
    name: 'Row weights',
    hint: 'Scales each row by a learned weight.',
    control: 'choice',
    options: rowWeightsChoices,
  },
  {
    path: 'compression.kind',
    name: 'Compression',
    hint: 'Stores the table in fewer rows.',
    control: 'choice',
    options: compressionChoices,
  },
  {
    path: 'compression.rows',
    name: 'Rows',
    hint: 'Values are hashed to this many rows.',
    when: hashed,
    control: 'number',
    limits: ROW_BOUNDS,
    unit: 'rows',
  },
  {
    path: 'compression.collisions',
    name: 'Collisions',
    hint: 'Number of values that share a row of the quotient table.',
    when: divided,
    control: 'number',
    limits: ROW_BOUNDS,
  },
  {
    path: 'compression.operation',
    name: 'Combined by',
    hint: 'How the quotient and remainder vectors are combined.',
    when: divided,
    control: 'choice',
    options: combinationChoices,
  },
  untrainedRowsField,
]

export const embeddingCorrections: Readonly<Record<string, Correction>> = {
  pooling: { text: 'Set pooling to sum', path: 'pooling', to: 'sum' },
  'compression.rows': { text: 'Turn hashing off', path: 'compression.kind', to: 'none' },
  'compression.collisions': { text: 'Turn compression off', path: 'compression.kind', to: 'none' },
}

/** The numbers of the chosen compression, unchanged ones included. */
export function completeCompression(node: Record<string, unknown>): Record<string, unknown> {
  const given = node.compression as Record<string, unknown> | undefined
  const { kind } = given ?? {}
  const { rows, collisions, operation } = { ...defaultCompression, ...given }
  if (kind === 'hash') return { ...node, compression: { kind, rows } }
  if (kind === 'quotientRemainder') return { ...node, compression: { kind, collisions, operation } }
  return { ...node, compression: { kind } }
}

/** The number of the column's values, or of the rows it is hashed to; null if no dataset is bound. */
export function tableRows(node: EmbeddingNode, columns: BoundColumns | null): number | null {
  if (node.compression.kind === 'hash') return node.compression.rows
  return columns?.sparse.find((column) => column.name === node.column)?.cardinality ?? null
}

export function embeddingDetail(node: EmbeddingNode, { columns, count }: DetailText): string {
  const rows = tableRows(node, columns)
  const { compression } = node
  return [
    `${rows === null ? '?' : count(rows)} × ${node.tableDimension ?? node.dimension}`,
    node.pooling,
    compression.kind === 'hash' && 'hashed',
    compression.kind === 'quotientRemainder' && `quotient-remainder ${compression.collisions}`,
    node.rowWeights === 'learned' && 'weighted',
    node.tableDimension !== undefined && `to ${node.dimension}`,
  ]
    .filter(Boolean)
    .join(', ')
}
