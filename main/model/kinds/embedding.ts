/** Embedding: a table with a learned vector for each value of a column. */
import { lowerEmbedding, type EmbeddingBagOperation, type MultiplyOperation } from './embedding-lowering.ts'
import {
  completeCompression,
  embeddingCorrections,
  embeddingDetail,
  embeddingFields,
} from './embedding-fields.ts'
import { embeddingSchema, type EmbeddingNode } from './embedding-schema.ts'
import type { NodeDefinition, NodeProblems } from './node.ts'
import { FLOAT_BYTES, type OperationCosts, type OperationSize } from './operation.ts'

const DIMENSION = 16

export const embedding: NodeDefinition<EmbeddingNode, EmbeddingBagOperation | MultiplyOperation> = {
  kind: 'embedding',
  schema: embeddingSchema,
  label: 'Embedding',
  sentence: 'A learned vector for each value of a categorical column.',
  computes:
    'rows of a table for the values of column, by pooling sum or mean; an empty bag is zero. Learned rowWeights weigh each row (each index, with quotientRemainder). A tableDimension other than dimension adds a projection',
  widthInWords: 'dimension',
  searchWords: 'table lookup sparse categorical bag',
  group: 'table',
  idStem: 'table',
  fields: embeddingFields,
  corrections: embeddingCorrections,
  detail: embeddingDetail,
  ports: [],
  columns: { field: 'column', role: 'sparse' },
  initialSettings: ({ untabled }) => ({
    column: untabled(),
    dimension: DIMENSION,
    pooling: 'sum',
    rowWeights: 'none',
    compression: { kind: 'none' },
  }),
  completeSettings: completeCompression,
  width: ({ dimension }) => dimension,
  checkSettings: checkTable,
  operations: {
    embeddingBag: {
      reads: [],
      parameters: ['table', 'rowWeights'],
      category: 'embeddings',
      leadsNode: true,
      costs: lookupCosts,
    },
    multiply: { reads: ['inputs'], parameters: [], category: 'interaction' },
  },
  lower: lowerEmbedding,
}

function checkTable(node: EmbeddingNode, problems: NodeProblems, cardinality: number | null): void {
  const { compression, rowWeights, pooling } = node
  if (rowWeights === 'learned' && pooling !== 'sum')
    problems.error('pooling', 'Learned row weights need sum pooling: set pooling to sum.')
  if (compression.kind === 'quotientRemainder') {
    const width = node.tableDimension ?? node.dimension
    if (compression.operation === 'concat' && width % 2 === 1)
      problems.error(
        node.tableDimension === undefined ? 'dimension' : 'tableDimension',
        `Quotient-remainder with concat splits the width in half, but ${width} is odd: use an even width.`,
      )
    if (cardinality !== null && compression.collisions >= cardinality)
      problems.warning(
        'compression.collisions',
        `With ${compression.collisions} collisions and ${cardinality} values the tables are not smaller: use fewer.`,
      )
  }
  if (compression.kind === 'hash' && cardinality !== null && compression.rows >= cardinality)
    problems.warning(
      'compression.rows',
      `The column has ${cardinality} values: hashing them to ${compression.rows} rows does not make the table smaller.`,
    )
}

function lookupCosts(_: EmbeddingBagOperation, { lookups, output }: OperationSize): OperationCosts {
  const rows = lookups * output
  return {
    flops: { forward: rows, training: 3 * rows },
    bytesMoved: {
      forward: FLOAT_BYTES * (rows + output),
      training: FLOAT_BYTES * (3 * rows + 2 * output),
    },
  }
}
