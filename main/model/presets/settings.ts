/** The settings of presets: schemas with defaults, shared between presets. */
import { rows as tableRows, width } from '../kinds/schema.ts'
import { z } from 'zod'
import { defaultCompression } from '../kinds/embedding-fields.ts'
import { embeddingSchema } from '../kinds/embedding-schema.ts'
import { activation } from '../kinds/activations.ts'
import { lossSettings } from '../kinds/loss.ts'
import { DEFAULT_UNTRAINED_ROWS, untrainedRows } from '../kinds/untrained-rows.ts'

/** Layer widths; a single number is a list of one. */
const widths = z.preprocess((value) => (typeof value === 'number' ? [value] : value), z.array(width).max(100))

/** For one column, by its name. */
export const columnSettings = z.strictObject({
  /** Hashes the column's indices to this many rows. */
  rows: tableRows.optional(),
  /** A narrower table with a projection to the model's dimension. */
  tableDimension: width.optional(),
})

export const compressionSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('hash'),
    rows: tableRows.default(defaultCompression.rows),
    /** Tables of at most this many rows are not compressed. */
    threshold: z.int().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal('quotientRemainder'),
    collisions: tableRows.default(defaultCompression.collisions),
    operation: z.enum(['mult', 'add', 'concat']).default(defaultCompression.operation),
    threshold: z.int().min(0).default(200),
  }),
])

/** For every table, including those of linear terms. */
const rows = { untrainedRows: untrainedRows.default(DEFAULT_UNTRAINED_ROWS) }

const embeddings = {
  /** Width of every embedding. */
  dimension: width.default(16),
  pooling: embeddingSchema.shape.pooling.default('sum'),
  rowWeights: embeddingSchema.shape.rowWeights.default('none'),
  ...rows,
  compression: compressionSettings.default({ kind: 'none' }),
  columns: z.record(z.string(), columnSettings).default({}),
}

const output = {
  loss: lossSettings.loss.default('bce'),
  clamp: lossSettings.clamp.default(0),
  weights: lossSettings.weights,
}

const layers = {
  activation: activation.default('relu'),
  dropout: z.number().min(0).lt(1).default(0),
}

/** Hidden layers. The layer that gives the prediction is added. */
const deep = { deep: widths.default([64, 32]), ...layers }
const cross = { layers: z.int().min(1).max(100).default(3) }

export const dlrmSettings = z.strictObject({
  ...embeddings,
  /** Layers after the dense input. A layer of the dimension is added if the last one is another. */
  bottom: widths.default([64]),
  /** Layers after the interaction. A last layer of width 1 is added if there is none. */
  top: widths.default([64, 32, 1]),
  interaction: z.enum(['dot', 'cat']).default('dot'),
  includeSelf: z.boolean().default(false),
  ...layers,
  ...output,
})

export const logisticRegressionSettings = z.strictObject({ ...rows, ...output })
export const factorizationMachineSettings = z.strictObject({ ...embeddings, ...output })
export const deepSettings = z.strictObject({ ...embeddings, ...deep, ...output })
export const dcnSettings = z.strictObject({ ...embeddings, ...deep, ...cross, ...output })
export const dcnv2Settings = z.strictObject({
  ...embeddings,
  ...deep,
  ...cross,
  /** The rank of each cross layer's matrix; null means full rank. */
  rank: width.nullable().default(null),
  ...output,
})

export type DlrmSettings = z.infer<typeof dlrmSettings>
export type EmbeddingSettings = Pick<DlrmSettings, keyof typeof embeddings>
export type RowSettings = Pick<LogisticRegressionSettings, keyof typeof rows>
export type OutputSettings = Pick<DlrmSettings, keyof typeof output>
export type DeepSettings = z.infer<typeof deepSettings>
export type DcnSettings = z.infer<typeof dcnSettings>
export type Dcnv2Settings = z.infer<typeof dcnv2Settings>
export type FactorizationMachineSettings = z.infer<typeof factorizationMachineSettings>
export type LogisticRegressionSettings = z.infer<typeof logisticRegressionSettings>
