/** A reference case of one operation between the embeddings and the top MLP, as something to replay. */
import { z } from 'zod'
import type { ModelNode } from './document.ts'
import { issueSentence } from './issue-text.ts'
import { concat, DENSE_INPUT, denseInput, documentOf, loss, mlp } from './presets/preset-nodes.ts'
import type { ReferenceCase } from './reference-case.ts'
import { placeholderColumns } from './placeholder-columns.ts'

/** The node of each operation, over the tables' vectors. */
const operations = {
  bi_interaction: (vectors: string[]): ModelNode => ({
    id: 'interaction',
    kind: 'biInteraction',
    inputs: { vectors },
  }),
}

const count = z.int().min(1)

/** Fields beyond these describe how the batches were drawn, and a replay reads the batches themselves. */
const caseFields = z.object({
  op: z.enum(Object.keys(operations) as (keyof typeof operations)[]),
  embedding_rows: z.array(count).min(1),
  embedding_dim: count,
  num_dense: z.int().min(0),
  mlp_top: z.array(count).min(1),
  mini_batch_size: count,
  num_batches: count,
  loss_function: z.literal('bce'),
  optimizer: z.enum(['sgd', 'adam']),
  learning_rate: z.number().positive(),
  losses: z.array(z.number()).min(1),
  learning_rates: z.array(z.number()).optional(),
})

/** Whether parsed JSON is such a case, and not one of a command line of dlrm_s_pytorch.py. */
export const isOperationCase = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'op' in json

/**
 * Reads such a case: tables of `embedding_rows` rows, their operation with the dense columns behind it, the layers of
 * `mlp_top`. Throws an Error that names the field which is missing, wrong or not supported.
 */
export function operationCase(json: unknown): ReferenceCase {
  const parsed = caseFields.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path.join('.')
    throw new Error(issueSentence(issue, field ? `Field '${field}' of the case` : 'The case'))
  }
  const fields = parsed.data
  const columns = placeholderColumns(fields.num_dense, fields.embedding_rows)
  const tables = columns.sparse.map(({ name }, index): ModelNode => ({
    id: `emb_l.${index}`,
    kind: 'embedding',
    column: name,
    dimension: fields.embedding_dim,
    pooling: 'sum',
    rowWeights: 'none',
    // The reference reads every row as it is.
    untrainedRows: 'initial',
    compression: { kind: 'none' },
  }))
  const operation = operations[fields.op](tables.map(({ id }) => id))
  const dense = denseInput(columns)
  const features = dense.length > 0 ? concat('features', [operation.id, DENSE_INPUT]) : operation
  const document = documentOf(fields.op, [
    ...dense,
    ...tables,
    operation,
    ...(features === operation ? [] : [features]),
    mlp('top_l', features.id, fields.mlp_top, { activation: 'relu', dropout: 0 }, 'sigmoid'),
    loss('top_l', { loss: 'bce', clamp: 0 }),
  ])
  return {
    document,
    columns,
    training: {
      optimizer: fields.optimizer,
      learningRate: fields.learning_rate,
      schedule: { warmupSteps: 0, decayStartStep: 0, decaySteps: 0 },
    },
    batches: fields.num_batches,
    batchSize: fields.mini_batch_size,
    losses: fields.losses,
    learningRates: fields.learning_rates ?? null,
  }
}
