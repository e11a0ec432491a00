/** Datasets, previews and imports as the window and the command line ask for them. */
import { z } from 'zod'

/** Characters: longer ones come from files that are no tables, or from somebody who means harm. */
export const LONGEST_COLUMN_NAME = 500

export const importFormat = z.enum(['auto', 'criteo', 'csv', 'tsv'])

export const columnRole = z.enum(['label', 'dense', 'sparse', 'multiValued', 'ignore'])
export type ColumnRole = z.infer<typeof columnRole>

const missingValues = z.array(z.string().max(100)).max(100)

/** How the text of a file is to be read. What is absent is detected. */
const readingOptions = {
  delimiter: z.string().length(1).optional(),
  /** Whether fields may be quoted, and what escapes a quote sign within one: a second one, or a backslash. */
  quotes: z.enum(['none', 'doubled', 'backslash']).optional(),
  /** latin1 is Windows-1252, as on the web; utf-16 has the byte order of its mark. */
  encoding: z.enum(['utf-8', 'latin1', 'utf-16']).optional(),
  /** The decimal sign of numbers. */
  decimal: z.enum(['.', ',']).optional(),
  /** Lines that begin with it are left out; empty: none. */
  comment: z.string().max(1).optional(),
  header: z.boolean().optional(),
  /** What stands for a missing value beside the empty field; absent: NA, NaN, NULL, \N, -, ? and their like. */
  missingValues: missingValues.optional(),
}

export const columnChoice = z.strictObject({
  name: z.string().min(1).max(LONGEST_COLUMN_NAME),
  role: columnRole,
  /** Label: value >= positiveFrom is 1; absent: 0 and 1 only. */
  positiveFrom: z.number().optional(),
  /** Label: the two values that it has instead of 1 and 0, such as yes and no; both or neither. */
  positive: z.string().min(1).max(100).optional(),
  negative: z.string().min(1).max(100).optional(),
  /** Dense. */
  transform: z.enum(['none', 'logClipped', 'standard']).optional(),
  missing: z.enum(['zero', 'median', 'reject']).optional(),
  /** Sparse and multi-valued. */
  encoding: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('vocabulary'), minimumCount: z.int().min(1) }),
      z.strictObject({
        kind: z.literal('hash'),
        size: z
          .int()
          .min(2)
          .max(2 ** 31),
      }),
      /** The value itself, from 0 to size - 1: data that are encoded already. */
      z.strictObject({
        kind: z.literal('index'),
        size: z
          .int()
          .min(1)
          .max(2 ** 31),
      }),
    ])
    .optional(),
  separator: z.string().length(1).optional(),
  /** Dense, sparse and multi-valued: the texts that stand for a missing value in this column. */
  missingValues: missingValues.optional(),
})
export type ColumnChoice = z.infer<typeof columnChoice>

const share = z.number().min(0).max(1)

export const splitChoice = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('modulo'),
    modulus: z.int().min(2).max(1000),
    validation: z.array(z.int()),
    test: z.array(z.int()),
  }),
  z.strictObject({ kind: z.literal('tail'), validation: share, test: share }),
  z.strictObject({ kind: z.literal('ratio'), validation: share, test: share, seed: z.int().min(0) }),
  z.strictObject({ kind: z.literal('time'), column: z.string(), validation: share, test: share }),
  z.strictObject({
    kind: z.literal('column'),
    column: z.string(),
    train: z.array(z.string()),
    validation: z.array(z.string()),
    test: z.array(z.string()),
  }),
])
export type SplitChoice = z.infer<typeof splitChoice>

/** The file given to `data import --schema`. */
export const importSchema = z.strictObject({
  /** A format that is named is read as text, whatever the file's first bytes look like. */
  format: importFormat.optional(),
  ...readingOptions,
  columns: z.array(columnChoice).min(1).max(100000),
  split: splitChoice.optional(),
  /** What the preview that made the schema has to say; an import does not read it. */
  notes: z.array(z.string()).optional(),
})
export type ImportSchema = z.infer<typeof importSchema>

export const datasetName = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'use letters, digits, and . _ - only, starting with a letter or digit',
  )

/** Of one import, or of one generation. */
export const MAX_FILES = 1000

export const importRequest = z.strictObject({
  name: datasetName,
  files: z.array(z.string().min(1).max(4096)).min(1).max(MAX_FILES),
  format: importFormat,
  /** Where it is absent, columns have the roles that a preview guesses. */
  schema: importSchema.optional(),
  /** How the files are to be read; before what the schema says. */
  reading: z.strictObject(readingOptions).optional(),
  split: splitChoice.optional(),
  maxRejected: share.default(0.1),
})
export type ImportRequest = z.infer<typeof importRequest>

export const previewRequest = z.strictObject({
  file: z.string().min(1).max(4096),
  format: importFormat,
  /** Where what is detected is wrong. */
  ...readingOptions,
})
export type PreviewRequest = z.infer<typeof previewRequest>

export const filePreview = z.object({
  file: z.string(),
  bytes: z.int(),
  format: z.enum(['criteo', 'csv', 'tsv']),
  delimiter: z.string(),
  quotes: readingOptions.quotes.unwrap(),
  encoding: readingOptions.encoding.unwrap(),
  decimal: readingOptions.decimal.unwrap(),
  comment: z.string(),
  header: z.boolean(),
  missingValues,
  /** What a person should know of the file: an encoding or a decimal comma that was detected, and the like. */
  notes: z.array(z.string()),
  columns: z.array(
    columnChoice.extend({
      /** First rows' fields. */
      examples: z.array(z.string()),
      /** Among the rows read for the preview. */
      distinct: z.int(),
      missingShare: z.number(),
      /** How often each text such as NA stood for a missing value. */
      missingTexts: z.array(z.object({ value: z.string(), count: z.int() })),
      /** Why this role was guessed; absent where nothing told it. */
      guessedBecause: z.string().optional(),
    }),
  ),
  rowsRead: z.int(),
  /** True where the guesses make a complete schema. */
  recognised: z.boolean(),
})
export type FilePreview = z.infer<typeof filePreview>

export const datasetSummary = z.object({
  /** The folder's name in datasets/, which is also the dataset's name. */
  id: z.string(),
  name: z.string(),
  rows: z.int(),
  bytes: z.int(),
  denseColumns: z.int(),
  sparseColumns: z.int(),
  /** Mean label of all rows: the share of positives for 0/1 labels. null with no rows. */
  labelMean: z.number().nullable(),
  createdAt: z.string(),
  hash: z.string(),
  source: z.string(),
  /** Set where the folder cannot be used, with the reason. */
  problem: z.string().nullable(),
})
export type DatasetSummary = z.infer<typeof datasetSummary>

export const sampleName = z.enum(['movielens-100k', 'criteo-synthetic'])

export const sampleOptions = z.strictObject({
  name: sampleName,
  /** Of criteo-synthetic. */
  rows: z.int().min(1000).max(50_000_000).optional(),
  seed: z.int().min(0).optional(),
  /** Of movielens-100k: a wheel or folder the user chose where the download is impossible. */
  localFile: z.string().max(4096).optional(),
})
export type SampleOptions = z.infer<typeof sampleOptions>

export const uniformIndices = z.strictObject({ kind: z.literal('uniform') })

/** Cut to [minimum, maximum], both in every table. */
export const gaussianIndices = z.strictObject({
  kind: z.literal('gaussian'),
  minimum: z.number().min(0),
  maximum: z.number().min(0),
  mean: z.number(),
  deviation: z.number().min(0),
})

/** From the stack distances of a trace: one file for all tables, or one a table; profiles, or traces to profile. */
export const tracedIndices = z.strictObject({
  kind: z.literal('trace'),
  files: z.array(z.string().min(1).max(4096)).min(1).max(MAX_FILES),
  padding: z.boolean(),
})

/** How the table rows of generated data are drawn. */
export const indexDistribution = z.discriminatedUnion('kind', [
  uniformIndices,
  gaussianIndices,
  tracedIndices,
])
export type IndexDistribution = z.infer<typeof indexDistribution>

/** Data drawn as dlrm_s_pytorch.py draws it; the labels are as random as the rest. */
export const generateRequest = z.strictObject({
  name: datasetName,
  rows: z.int().min(10).max(50_000_000),
  denseColumns: z.int().min(0).max(1000),
  tableRows: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 31),
    )
    .min(1)
    .max(1000),
  indicesPerLookup: z.int().min(1).max(1000),
  /** Bags have that many indices before duplicates go; otherwise up to that many. */
  fixedIndices: z.boolean(),
  distribution: indexDistribution,
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
})
export type GenerateRequest = z.infer<typeof generateRequest>

export const jobProgress = z.object({
  job: z.string(),
  kind: z.enum(['import', 'sample', 'generate']),
  name: z.string(),
  phase: z.string(),
  /** 0 to 1, or null where it cannot be told. */
  fraction: z.number().nullable(),
  message: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
})
export type JobProgress = z.infer<typeof jobProgress>

export const importOutcome = z.object({
  dataset: z.string(),
  rows: z.int(),
  rejected: z.object({
    count: z.int(),
    first: z.array(
      z.object({
        file: z.string(),
        row: z.int(),
        column: z.string().nullable(),
        reason: z.string(),
      }),
    ),
  }),
  durationMs: z.number(),
  bytes: z.int(),
  /** What a person should know of how the files were read. */
  notes: z.array(z.string()),
  /** Shares of the values that training has not seen, of columns that have any. */
  unknown: z.array(
    z.object({ column: z.string(), validation: z.number().nullable(), test: z.number().nullable() }),
  ),
  /** Sentences on columns none of whose values training has seen. */
  warnings: z.array(z.string()),
})
export type ImportOutcome = z.infer<typeof importOutcome>
