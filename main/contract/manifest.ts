/**
 * The manifest of a prepared dataset: the JSON beside its binary files that describes them. The native importer writes
 * it; docs/file-formats.md describes the files.
 */
import { z } from 'zod'
import { clip, DENSE_FILLINGS, denseTransform, labelTexts, SPARSE_FILLINGS, timeFormat } from './datasets.ts'
import { isPlainPath } from './plain-name.ts'
import { numberedRejections } from './rejected-rows.ts'

const fileEntry = z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })
/** A file of the dataset. The path is relative to its folder. */
const contentEntry = fileEntry.extend({
  path: z.string().refine(isPlainPath, 'names a file outside the dataset'),
})

/** How a column that no source file has was made of a column of times. */
const derivation = z.object({
  from: z.string(),
  format: timeFormat,
  feature: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hour') }),
    z.object({ kind: z.literal('weekday') }),
    z.object({ kind: z.literal('month') }),
    z.object({ kind: z.literal('age'), until: z.string() }),
  ]),
  untilFormat: timeFormat.optional(),
})

const splitEntry = z.object({
  rows: z.int(),
  /** The mean of the labels, which for 0/1 labels is the share of positives. null without rows. */
  labelMean: z.number().nullable(),
})

/** values: the number of values in the split's rows, without empty fields. */
const unknownCount = z.object({ values: z.int(), unknown: z.int() })

export const manifestDenseColumn = z.object({
  role: z.literal('dense'),
  name: z.string(),
  type: z.enum(['integer', 'float']),
  transform: denseTransform,
  missing: z.enum(DENSE_FILLINGS),
  fill: z.number().optional(),
  clip: clip.optional(),
  derived: derivation.optional(),
  /** The share of accepted rows without a value. */
  missingShare: z.number(),
  /** The texts such as NA that stood for missing values, and how often. */
  missingTexts: z.array(z.object({ value: z.string(), count: z.int() })).optional(),
  /** The number of training rows without a value. Datasets of older versions do not have it. */
  missingTrainingRows: z.int().optional(),
  /**
   * Statistics of the raw training values that are present. Datasets of older versions, which have no scale, also
   * counted filled-in values.
   */
  mean: z.number(),
  standardDeviation: z.number(),
  median: z.number(),
  /** The percentiles of the training values, by which the transform `quantile` ranks others. */
  percentiles: z.array(z.number()).optional(),
  minimum: z.number(),
  maximum: z.number(),
  /** The statistics that the transform `standard` uses: the same with missing values filled in. */
  scale: z.object({ mean: z.number(), standardDeviation: z.number() }).optional(),
  /** The counts of training rows with a value in equal bins from minimum to maximum. */
  histogram: z.array(z.int()),
})

export const manifestSparseColumn = z.object({
  role: z.enum(['sparse', 'multiValued']),
  name: z.string(),
  type: z.enum(['text', 'hex']),
  encoding: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('vocabulary'), minimumCount: z.int(), maximumSize: z.int().optional() }),
    z.object({ kind: z.literal('hash'), size: z.int(), seed: z.int().optional() }),
    z.object({ kind: z.literal('index'), size: z.int() }),
  ]),
  separator: z.string().optional(),
  brackets: z.boolean().optional(),
  bucket: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('logSquared') }),
      z.object({ kind: z.literal('boundaries'), at: z.array(z.number()) }),
    ])
    .optional(),
  /** What a missing value is; unknown if absent. */
  missing: z.enum(SPARSE_FILLINGS).optional(),
  /** What its values are the ids of, if the import said so. A group is what a session or a query is. */
  identifies: z.enum(['user', 'item', 'group']).optional(),
  derived: derivation.optional(),
  /** The rows that an embedding table needs. Index 0 (missing or unseen) is included. */
  cardinality: z.int(),
  missingShare: z.number(),
  missingTexts: z.array(z.object({ value: z.string(), count: z.int() })).optional(),
  /** The mean number of values in a row; 1 for single-valued columns. */
  meanValues: z.number(),
  /** The most frequent training values. */
  topValues: z.array(z.object({ value: z.string(), count: z.int() })),
  /** The share of training lookups that go to the `rows` most frequent values. */
  coverage: z.array(z.object({ rows: z.int(), share: z.number() })),
})

/** Unknown members are refused, because one could be a checksum whose name is damaged. */
export const datasetManifest = z.strictObject({
  format: z.literal('dlrm-studio-dataset'),
  version: z.literal(1),
  name: z.string(),
  createdAt: z.string(),
  /** The SHA-256 of the content files' hashes. Two datasets with equal content have equal hashes. */
  hash: z.string(),
  rows: z.int(),
  bytes: z.int(),
  splits: z.object({ train: splitEntry, validation: splitEntry, test: splitEntry }),
  /** As it was given to the importer. */
  split: z.record(z.string(), z.unknown()),
  label: z.object({
    name: z.string(),
    positiveFrom: z.number().optional(),
    /** The values that stood for 1 and 0 in the source files. Without negative, all others stood for 0. */
    positive: labelTexts.optional(),
    negative: labelTexts.optional(),
  }),
  /** Dense and sparse columns in file order. */
  columns: z.array(z.discriminatedUnion('role', [manifestDenseColumn, manifestSparseColumn])),
  /** How many values of each sparse column, in file order, training has not seen. Older versions did not count them. */
  unknownValues: z
    .array(z.object({ column: z.string(), validation: unknownCount, test: unknownCount }))
    .optional(),
  rejected: numberedRejections,
  sources: z.array(fileEntry),
  files: z.array(contentEntry),
  provenance: z.record(z.string(), z.unknown()),
})

export type DatasetManifest = z.infer<typeof datasetManifest>
export type ManifestDenseColumn = z.infer<typeof manifestDenseColumn>
export type ManifestSparseColumn = z.infer<typeof manifestSparseColumn>

/**
 * The number of different values with a row of their own, which is all rows except row 0 if a vocabulary numbers them;
 * otherwise it is not known.
 */
export function valuesOf({ encoding, cardinality }: ManifestSparseColumn): number | null {
  return encoding.kind === 'vocabulary' ? cardinality - 1 : null
}
