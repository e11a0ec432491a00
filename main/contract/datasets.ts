/** Datasets, previews and imports, as the window and the command line request them. */
import { MAX_COLUMN_NAME } from '../model/kinds/schema.ts'
import { z } from 'zod'
import { errorData } from './errors.ts'
import { recipeName } from './recipes.ts'
import { rejections } from './rejected-rows.ts'
import { textEncodingNames } from './text-encodings.ts'

/** Files of delimited text. */
export const textFormat = z.enum(['criteo', 'csv', 'tsv', 'recbole'])
/** Files that are no delimited text. libsvm's is libfm's, too. */
export const tableFormat = z.enum(['parquet', 'arrow', 'json', 'libsvm', 'libffm'])
export type TableFormat = z.infer<typeof tableFormat>
const fileFormat = z.enum([...textFormat.options, ...tableFormat.options])

export const importFormat = z.enum(['auto', ...fileFormat.options])

/**
 * A time column divides rows into splits, and is no feature. User ids, item ids and groups (sessions, queries) are sparse columns
 * that are marked as such. Training cannot weight rows yet, so an import refuses the role weight.
 */
export const columnRole = z.enum([
  'label',
  'dense',
  'sparse',
  'multiValued',
  'userId',
  'itemId',
  'group',
  'time',
  'weight',
  'ignore',
])
export type ColumnRole = z.infer<typeof columnRole>

/**
 * How times are written. iso: ISO 8601 and RFC 3339, also with spaces or slashes, in UTC unless they name a zone. dayFirst,
 * monthFirst: dates such as 31.12.2026 and 12/31/2026. monthName: 31 Dec 2026. compact: 20261231 and 20261231235959.
 * compactHour: 26123123, as Avazu has it. seconds to nanoseconds: since 1970. number: any number that grows with time.
 */
export const timeFormat = z.enum([
  'iso',
  'dayFirst',
  'monthFirst',
  'monthName',
  'compact',
  'compactHour',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'number',
])
export type TimeFormat = z.infer<typeof timeFormat>

const missingValues = z.array(z.string().max(100)).max(100)

/** How the text of a file is read. What is absent is detected. */
const readingOptions = {
  /** One or a few characters, or the word spaces for runs of blanks. */
  delimiter: z.string().min(1).max(8).optional(),
  /** Whether fields may be quoted, and what escapes a quote within one: a second quote or a backslash. */
  quotes: z.enum(['none', 'doubled', 'backslash']).optional(),
  /** The sign around quoted fields. */
  quoteSign: z.string().length(1).optional(),
  /** latin1 means Windows-1252, as on the web. The byte order mark of utf-16 decides its byte order. */
  encoding: z.enum(textEncodingNames).optional(),
  /** The decimal sign of numbers. */
  decimal: z.enum(['.', ',']).optional(),
  /** The sign between groups of digits; an empty text if there is none. */
  thousands: z.string().max(1).optional(),
  /** Lines that begin with this are skipped; an empty text skips none. */
  comment: z.string().max(4).optional(),
  /** How many lines at the beginning of each file are skipped. */
  skipLines: z.int().min(0).max(1000).optional(),
  header: z.boolean().optional(),
  /** What becomes of a row with fewer fields than columns: it is rejected, or the fields at its end are missing. */
  shortRows: z.enum(['reject', 'fill']).optional(),
  /** What becomes of a row with more fields than columns: it is rejected, or the fields at its end are dropped. */
  longRows: z.enum(['reject', 'cut']).optional(),
  /**
   * The texts that stand for a missing value besides the empty field; if absent: NA, NaN, NULL, \N, -, ? and similar
   * ones.
   */
  missingValues: missingValues.optional(),
}

export const vocabularyEncoding = z.strictObject({
  kind: z.literal('vocabulary'),
  minimumCount: z.int().min(1).max(1_000_000_000),
  /** Only the most frequent values have a row of their own. */
  maximumSize: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
})
export const hashEncoding = z.strictObject({
  kind: z.literal('hash'),
  size: z
    .int()
    .min(2)
    .max(2 ** 31),
  /** Another seed maps the values to other rows. */
  seed: z.int().min(0).optional(),
})

/** How missing values are filled in: of dense columns, of sparse ones, or of both. */
export const DENSE_FILLINGS = ['zero', 'median', 'mean', 'value', 'reject'] as const
export const SPARSE_FILLINGS = ['unknown', 'category', 'reject'] as const
export const denseTransform = z.enum(['none', 'logClipped', 'logSquared', 'standard', 'minMax', 'quantile'])

export const clip = z
  .strictObject({ minimum: z.number().optional(), maximum: z.number().optional() })
  .refine(
    ({ minimum = -Infinity, maximum = Infinity }) =>
      minimum <= maximum && (minimum > -Infinity || maximum < Infinity),
    'give a minimum or a maximum, or both in this order',
  )
/** logSquared: floor((ln x)^2) where x > 2, otherwise x without its fraction, as BARS prepares Criteo_x4. */
export const bucket = z.union([
  z.literal('logSquared'),
  z.strictObject({ boundaries: z.array(z.number()).min(1).max(1000) }),
])

export const timeFeature = z.union([
  z.enum(['hour', 'weekday', 'month']),
  z.strictObject({ age: z.string().min(1).max(MAX_COLUMN_NAME) }),
])
export type TimeFeature = z.infer<typeof timeFeature>

const labelText = z.string().min(1).max(100)
export const labelTexts = z.union([labelText, z.array(labelText).min(1).max(100)])

export const columnChoice = z.strictObject({
  name: z.string().min(1).max(MAX_COLUMN_NAME),
  role: columnRole,
  /** For the label: value >= positiveFrom is 1. */
  positiveFrom: z.number().optional(),
  /**
   * For the label: the value, or the values, that mean 1, and those that mean 0, such as yes and no. Without negative, every
   * other value means 0; without both, only 0 and 1 are allowed, or a pair such as no and yes that its first values are.
   */
  positive: labelTexts.optional(),
  negative: labelTexts.optional(),
  /** For dense columns. */
  transform: denseTransform.optional(),
  /** Values beyond these are taken for them. */
  clip: clip.optional(),
  /**
   * For dense columns: zero, median, mean, value or reject. For sparse ones: unknown (the row of values that training has not
   * seen), category (a row of their own) or reject.
   */
  missing: z.enum([...DENSE_FILLINGS, 'unknown', 'category']).optional(),
  /** For dense columns, where missing is value. */
  fill: z.number().optional(),
  /** For sparse columns of numbers: what a number becomes. */
  bucket: bucket.optional(),
  /** For sparse and multi-valued columns. */
  encoding: z
    .discriminatedUnion('kind', [
      vocabularyEncoding,
      hashEncoding,
      /** The value itself, from 0 to size - 1, for data that are already encoded. */
      z.strictObject({
        kind: z.literal('index'),
        size: z
          .int()
          .min(1)
          .max(2 ** 31),
      }),
    ])
    .optional(),
  /** For multi-valued columns. */
  separator: z.string().length(1).optional(),
  /** For multi-valued columns: whether fields may be in brackets, and their values in quotation marks, as ["a", "b"]. */
  brackets: z.boolean().optional(),
  /** For time columns. If absent, it is detected. */
  timeFormat: timeFormat.optional(),
  /**
   * For time columns: features that are made of it, in columns of their own such as when_hour. hour, weekday and month, in UTC,
   * are sparse; the age is the number of days until the time of another column, and dense.
   */
  derive: z.array(timeFeature).max(10).optional(),
  /** For dense, sparse and multi-valued columns: the texts that stand for a missing value in this column. */
  missingValues: missingValues.optional(),
})
export type ColumnChoice = z.infer<typeof columnChoice>

const share = z.number().min(0).max(1)

export const moduloSplit = z.strictObject({
  kind: z.literal('modulo'),
  modulus: z.int().min(2).max(1000),
  validation: z.array(z.int()),
  test: z.array(z.int()),
})
export const ratioSplit = z.strictObject({
  kind: z.literal('ratio'),
  validation: share,
  test: share,
  seed: z.int().min(0),
})

/** All rows of a user are in one split. */
export const userSplit = z.strictObject({
  kind: z.literal('user'),
  column: z.string(),
  validation: share,
  test: share,
  seed: z.int().min(0),
})
/** Of each user the last row is test and the one before validation; by time, or in file order without a column of times. */
const leaveOneOutSplit = z.strictObject({
  kind: z.literal('leaveOneOut'),
  user: z.string(),
  time: z.string().optional(),
  format: timeFormat.optional(),
})
/** By the file: those with these numbers, from 0 in the order of the import, are not for training. */
const filesSplit = z.strictObject({
  kind: z.literal('files'),
  validation: z.array(z.int().min(0)),
  test: z.array(z.int().min(0)),
})

export const splitChoice = z.discriminatedUnion('kind', [
  moduloSplit,
  z.strictObject({ kind: z.literal('tail'), validation: share, test: share }),
  ratioSplit,
  z.strictObject({
    kind: z.literal('time'),
    column: z.string(),
    validation: share,
    test: share,
    /** If absent, the column's own, or what its first values show. */
    format: timeFormat.optional(),
  }),
  userSplit,
  leaveOneOutSplit,
  filesSplit,
  z.strictObject({
    kind: z.literal('column'),
    column: z.string(),
    train: z.array(z.string()),
    validation: z.array(z.string()),
    test: z.array(z.string()),
  }),
])
export type SplitChoice = z.infer<typeof splitChoice>

/** The file for `data import --schema`. */
export const importSchema = z.strictObject({
  /** A file whose format is named is read as such, whatever its first bytes are. */
  format: importFormat.optional(),
  ...readingOptions,
  columns: z.array(columnChoice).min(1).max(100000),
  split: splitChoice.optional(),
  /** What the preview that created the schema found; an import does not read it. */
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

export const MAX_FILES = 1000
/** The share of malformed rows beyond which an import fails. */
export const DEFAULT_MAX_REJECTED = 0.1

export const importRequest = z.strictObject({
  name: datasetName,
  files: z.array(z.string().min(1).max(4096)).min(1).max(MAX_FILES),
  format: importFormat,
  /** If absent, columns have the roles that a preview guesses. */
  schema: importSchema.optional(),
  /** Instead of a schema. */
  recipe: recipeName.optional(),
  /** How the files are read. These options take precedence over those of the schema. */
  reading: z.strictObject(readingOptions).optional(),
  split: splitChoice.optional(),
  maxRejected: share.default(DEFAULT_MAX_REJECTED),
  /** The number of malformed rows beyond which it fails as well. */
  maxRejectedRows: z.int().min(0).optional(),
  /** The dataset whose files are imported again. */
  parent: datasetName.optional(),
  /** Further texts that stand for a missing value, by column. */
  missingIn: z.record(z.string().max(MAX_COLUMN_NAME), missingValues).optional(),
})
export type ImportRequest = z.infer<typeof importRequest>

export const previewRequest = z.strictObject({
  file: z.string().min(1).max(4096),
  format: importFormat,
  /** Columns and split as a recipe has them instead of guesses, or as a schema has them, but not both. */
  recipe: recipeName.optional(),
  schema: importSchema.optional(),
  /** For cases in which the detection is wrong. */
  ...readingOptions,
})
export type PreviewRequest = z.infer<typeof previewRequest>

export const filePreview = z.object({
  file: z.string(),
  bytes: z.int(),
  format: fileFormat,
  delimiter: z.string(),
  quotes: readingOptions.quotes.unwrap(),
  quoteSign: z.string(),
  encoding: readingOptions.encoding.unwrap(),
  decimal: readingOptions.decimal.unwrap(),
  thousands: z.string(),
  comment: z.string(),
  skipLines: z.int(),
  header: z.boolean(),
  shortRows: readingOptions.shortRows.unwrap(),
  longRows: readingOptions.longRows.unwrap(),
  missingValues,
  /** Notes about the file, such as a detected encoding or decimal comma. */
  notes: z.array(z.string()),
  columns: z.array(
    columnChoice.extend({
      /** The fields of the first rows. */
      examples: z.array(z.string()),
      /** Among the rows that the preview read. */
      distinct: z.int(),
      missingShare: z.number(),
      /** How its values would be split if it were multi-valued; absent if they do not look like lists. */
      list: z.object({ separator: z.string(), brackets: z.boolean() }).optional(),
      /** The format in which its values can be sorted by time; absent if they are neither times nor numbers. */
      times: timeFormat.optional(),
      /** How often each text such as NA stood for a missing value. */
      missingTexts: z.array(z.object({ value: z.string(), count: z.int() })),
      /** Why this role was guessed; absent if nothing indicated it. */
      guessedBecause: z.string().optional(),
    }),
  ),
  rowsRead: z.int(),
  /** The first rows as they are read, one field a column; the number is the row's in the file. */
  rows: z.array(z.object({ row: z.int(), fields: z.array(z.string()), malformed: z.boolean() })),
  /** The split of the recipe or schema, if it has one. */
  split: splitChoice.optional(),
  /** Whether the guesses make a complete schema. */
  recognised: z.boolean(),
})
export type FilePreview = z.infer<typeof filePreview>

export const datasetSummary = z.object({
  /** The name of the dataset, which is also its folder's name in datasets/. */
  id: z.string(),
  name: z.string(),
  rows: z.int(),
  bytes: z.int(),
  denseColumns: z.int(),
  sparseColumns: z.int(),
  /** The mean label of all rows, which for 0/1 labels is the share of positives. null without rows. */
  labelMean: z.number().nullable(),
  createdAt: z.string(),
  hash: z.string(),
  source: z.string(),
  /** The reason why the folder cannot be used, if it cannot. */
  problem: z.string().nullable(),
})
export type DatasetSummary = z.infer<typeof datasetSummary>

/** Of a sample or of random data. */
export const MAX_GENERATED_ROWS = 50_000_000

export const sampleName = z.enum(['movielens-100k', 'synthetic-clicks', 'criteo-synthetic'])
export type SampleName = z.infer<typeof sampleName>

export const sampleOptions = z.strictObject({
  name: sampleName,
  /** For the samples that are made on the spot. */
  rows: z.int().min(1000).max(MAX_GENERATED_ROWS).optional(),
  seed: z.int().min(0).optional(),
  /** For movielens-100k: a wheel or folder that the user chose because the download is impossible. */
  localFile: z.string().max(4096).optional(),
})
export type SampleOptions = z.infer<typeof sampleOptions>

export const uniformIndices = z.strictObject({ kind: z.literal('uniform') })

/** Limited to [minimum, maximum], both in every table. */
export const gaussianIndices = z.strictObject({
  kind: z.literal('gaussian'),
  minimum: z.number().min(0),
  maximum: z.number().min(0),
  mean: z.number(),
  deviation: z.number().min(0),
})

/**
 * From the stack distances of a trace: one file for all tables, or one for each table; the files are profiles, or
 * traces from which profiles are made.
 */
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

/** Data that is drawn as dlrm_s_pytorch.py draws it. The labels are random as well. */
export const generateRequest = z.strictObject({
  name: datasetName,
  rows: z.int().min(10).max(MAX_GENERATED_ROWS),
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
  /** Whether bags have exactly that many indices before duplicates are removed; otherwise they have up to that many. */
  fixedIndices: z.boolean(),
  distribution: indexDistribution,
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
})
export type GenerateRequest = z.infer<typeof generateRequest>

/** The progress of an import or of a generation. */
export const jobProgress = z.object({
  job: z.string(),
  kind: z.enum(['import', 'sample', 'generate']),
  name: z.string(),
  phase: z.string(),
  /** 0 to 1, or null if it is not known. */
  fraction: z.number().nullable(),
  message: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
})
export type JobProgress = z.infer<typeof jobProgress>

export const importOutcome = z.object({
  dataset: z.string(),
  rows: z.int(),
  rejected: rejections,
  durationMs: z.number(),
  bytes: z.int(),
  /** Notes on how the files were read. */
  notes: z.array(z.string()),
  /** The shares of the values that training has not seen, for the columns that have any. */
  unknown: z.array(
    z.object({ column: z.string(), validation: z.number().nullable(), test: z.number().nullable() }),
  ),
  /** A sentence for each column of which training has seen no value. */
  warnings: z.array(z.string()),
})
export type ImportOutcome = z.infer<typeof importOutcome>

/** An import or a generation of this session. */
export const datasetJob = z.object({
  progress: jobProgress,
  /** null until it is done. */
  outcome: importOutcome.nullable(),
  /** null unless it failed. */
  error: errorData.nullable(),
})
export type DatasetJob = z.infer<typeof datasetJob>
