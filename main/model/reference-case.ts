/** A reference case (NAME.json of test/fixtures/reference/golden) that can be replayed. */
import { issueSentence } from './issue-text.ts'
import { z } from 'zod'
import { mixedDimensions } from './mixed-dimensions.ts'
import {
  referenceModel,
  referenceOptimizers,
  type ReferenceModel,
  type ReferenceTraining,
} from './reference-model.ts'
import { placeholderColumns } from './placeholder-columns.ts'

const count = z.int().min(1)
const widths = z.array(count).min(1).max(1000)
const weights = z.tuple([z.number().min(0), z.number().min(0)])
/**
 * The reference has no Adam. Other cases may use it, with PyTorch's Adam for dense parameters and SparseAdam for
 * tables.
 */
const optimizers = { ...referenceOptimizers, adam: 'adam' } as const

/**
 * Further fields describe how the batches were drawn. A replay does not need them, because it reads the batches
 * themselves.
 */
const caseFields = z.object({
  arch_sparse_feature_size: count,
  arch_embedding_size: widths,
  arch_mlp_bot: widths.min(2),
  arch_mlp_top: widths,
  arch_interaction_op: z.enum(['dot', 'cat']),
  arch_interaction_itself: z.boolean().nullish(),
  weighted_pooling: z.enum(['fixed', 'learned']).nullish(),
  qr: z
    .object({
      operation: z.enum(['mult', 'add', 'concat']),
      collisions: count,
      threshold: z.int().min(0),
    })
    .nullish(),
  md: z
    .object({
      temperature: z.number().default(0.3),
      round_dims: z.boolean().default(false),
      threshold: z.int().min(0).default(0),
      dims: z.array(count).optional(),
    })
    .nullish(),
  mini_batch_size: count,
  num_batches: count,
  loss_function: z.enum(['mse', 'bce', 'wbce']),
  loss_weights: weights.nullish(),
  loss_threshold: z.number().min(0).lt(0.5).nullish(),
  optimizer: z.enum(['sgd', 'adagrad', 'rwsadagrad', 'adam']),
  learning_rate: z.number().positive(),
  lr_schedule: z
    .object({
      warmup_steps: z.int().min(0).default(0),
      decay_start_step: z.int().min(0).default(0),
      decay_steps: z.int().min(0).default(0),
    })
    .nullish(),
  losses: z.array(z.number()).min(1),
  learning_rates: z.array(z.number()).optional(),
})

export interface ReferenceCase extends ReferenceModel {
  training: ReferenceTraining
  batches: number
  batchSize: number
  /** The expected values, step by step. */
  losses: number[]
  learningRates: number[] | null
}

/** Reads a case's parsed JSON. Throws an Error that names a field which is missing, wrong or not supported. */
export function referenceCase(json: unknown): ReferenceCase {
  const parsed = caseFields.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path.join('.')
    const where = field ? `Field '${field}' of the case` : 'The case'
    throw new Error(issueSentence(issue, where))
  }
  const fields = parsed.data
  const { md, qr } = fields
  if (md && qr) throw new Error("Fields 'md' and 'qr' of the case exclude each other.")
  if (md?.dims && md.dims.length !== fields.arch_embedding_size.length)
    throw new Error(`Field 'md.dims' of the case: ${fields.arch_embedding_size.length} widths are needed.`)
  const model = referenceModel({
    sparseFeatureSize: fields.arch_sparse_feature_size,
    columns: placeholderColumns(fields.arch_mlp_bot[0] ?? 0, fields.arch_embedding_size),
    bottom: fields.arch_mlp_bot.slice(1),
    top: fields.arch_mlp_top,
    interaction: fields.arch_interaction_op,
    includeSelf: fields.arch_interaction_itself ?? false,
    weightedPooling: fields.weighted_pooling ?? null,
    quotientRemainder: qr ?? null,
    mixedDimensions: md
      ? {
          widths:
            md.dims ??
            mixedDimensions(
              fields.arch_embedding_size,
              fields.arch_sparse_feature_size,
              md.temperature,
              md.round_dims,
            ),
          threshold: md.threshold,
        }
      : null,
    loss: fields.loss_function,
    lossWeights: fields.loss_weights ?? [1, 1],
    lossThreshold: fields.loss_threshold ?? 0,
  })
  return {
    ...model,
    training: {
      optimizer: optimizers[fields.optimizer],
      learningRate: fields.learning_rate,
      schedule: {
        warmupSteps: fields.lr_schedule?.warmup_steps ?? 0,
        decayStartStep: fields.lr_schedule?.decay_start_step ?? 0,
        decaySteps: fields.lr_schedule?.decay_steps ?? 0,
      },
    },
    batches: fields.num_batches,
    batchSize: fields.mini_batch_size,
    losses: fields.losses,
    learningRates: fields.learning_rates ?? null,
  }
}
