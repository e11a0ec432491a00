/** The settings of an embedding. */
import { z } from 'zod'
import { columnName, nodeBase, rows, width } from './schema.ts'
import { untrainedRows } from './untrained-rows.ts'

export const embeddingSchema = z.strictObject({
  ...nodeBase,
  kind: z.literal('embedding'),
  column: columnName,
  /** Width of the output. */
  dimension: width,
  /**
   * Width of the table if it differs from the output's: a projection without bias follows (mixed dimensions, Ginart et
   * al. 2019).
   */
  tableDimension: width.optional(),
  pooling: z.enum(['sum', 'mean']),
  rowWeights: z.enum(['none', 'learned']),
  untrainedRows: untrainedRows.optional(),
  compression: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('hash'), rows }),
    z.strictObject({
      kind: z.literal('quotientRemainder'),
      collisions: rows,
      operation: z.enum(['mult', 'add', 'concat']),
    }),
  ]),
})

export type EmbeddingNode = z.infer<typeof embeddingSchema>

export const isEmbedding = (node: { kind: string }): node is EmbeddingNode => node.kind === 'embedding'
