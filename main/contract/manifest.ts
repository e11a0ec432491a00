/**
 * The manifest of a prepared dataset: the JSON beside its binary files that says what they hold. Written by the
 * native importer; docs/file-formats.md describes the files.
 */
import { z } from 'zod'
import { isPlainPath } from './plain-name.ts'

const fileEntry = z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })
/** A file of the dataset; the path is relative to its folder. */
const contentEntry = fileEntry.extend({
  path: z.string().refine(isPlainPath, 'names a file outside the dataset'),
})

const splitEntry = z.object({
  rows: z.int(),
  /** Mean of the labels; for 0/1 labels the share of positives. null with no rows. */
  labelMean: z.number().nullable(),
})

/** values: those of the split's rows, empty fields left out. */
const unknownCount = z.object({ values: z.int(), unknown: z.int() })

export const manifestDenseColumn = z.object({
  role: z.literal('dense'),
  name: z.string(),
  type: z.enum(['integer', 'float']),
  transform: z.enum(['none', 'logClipped', 'standard']),
  missing: z.enum(['zero', 'median', 'reject']),
  /** Share of accepted rows without a value. */
  missingShare: z.number(),
  /** Texts such as NA that stood for missing values, and how often. */
  missingTexts: z.array(z.object({ value: z.string(), count: z.int() })).optional(),
  /** Training rows without a value; datasets of older versions do not say. */
  missingTrainingRows: z.int().optional(),
  /**
   * Of the raw training values that are present. Datasets of older versions, which have no scale, counted filled-in values
   * as well.
   */
  mean: z.number(),
  standardDeviation: z.number(),
  median: z.number(),
  minimum: z.number(),
  maximum: z.number(),
  /** What the transform `standard` goes by: the same with missing values filled in. */
  scale: z.object({ mean: z.number(), standardDeviation: z.number() }).optional(),
  /** Counts of training rows that have a value, in equal bins from minimum to maximum. */
  histogram: z.array(z.int()),
})

export const manifestSparseColumn = z.object({
  role: z.enum(['sparse', 'multiValued']),
  name: z.string(),
  type: z.enum(['text', 'hex']),
  encoding: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('vocabulary'), minimumCount: z.int() }),
    z.object({ kind: z.literal('hash'), size: z.int() }),
    z.object({ kind: z.literal('index'), size: z.int() }),
  ]),
  separator: z.string().optional(),
  /** Rows an embedding table needs: index 0 (missing or unseen) included. */
  cardinality: z.int(),
  missingShare: z.number(),
  missingTexts: z.array(z.object({ value: z.string(), count: z.int() })).optional(),
  /** Mean number of values a row; 1 for single-valued columns. */
  meanValues: z.number(),
  /** Most frequent training values. */
  topValues: z.array(z.object({ value: z.string(), count: z.int() })),
  /** Share of training lookups that go to the `rows` most frequent values. */
  coverage: z.array(z.object({ rows: z.int(), share: z.number() })),
})

/** Unknown members are refused: one could be a checksum whose name is damaged. */
export const datasetManifest = z.strictObject({
  format: z.literal('dlrm-studio-dataset'),
  version: z.literal(1),
  name: z.string(),
  createdAt: z.string(),
  /** SHA-256 over the content files' hashes: two datasets with equal content have equal hashes. */
  hash: z.string(),
  rows: z.int(),
  bytes: z.int(),
  splits: z.object({ train: splitEntry, validation: splitEntry, test: splitEntry }),
  /** As given to the importer. */
  split: z.record(z.string(), z.unknown()),
  label: z.object({
    name: z.string(),
    positiveFrom: z.number().optional(),
    /** The two values that stood for 1 and 0 in the source files. */
    positive: z.string().optional(),
    negative: z.string().optional(),
  }),
  /** Dense and sparse columns in file order. */
  columns: z.array(z.discriminatedUnion('role', [manifestDenseColumn, manifestSparseColumn])),
  /** How many values of each sparse column, in file order, training has not seen; older versions did not count them. */
  unknownValues: z
    .array(z.object({ column: z.string(), validation: unknownCount, test: unknownCount }))
    .optional(),
  rejected: z.object({
    count: z.int(),
    first: z.array(
      z.object({ file: z.int(), row: z.int(), column: z.string().nullable(), reason: z.string() }),
    ),
  }),
  sources: z.array(fileEntry),
  files: z.array(contentEntry),
  provenance: z.record(z.string(), z.unknown()),
})

export type DatasetManifest = z.infer<typeof datasetManifest>
export type ManifestDenseColumn = z.infer<typeof manifestDenseColumn>
export type ManifestSparseColumn = z.infer<typeof manifestSparseColumn>

/** Different values with a row of their own: all rows but row 0, where a vocabulary numbers them; else not known. */
export function valuesOf({ encoding, cardinality }: ManifestSparseColumn): number | null {
  return encoding.kind === 'vocabulary' ? cardinality - 1 : null
}
