/**
 * Statistics of a dataset by split, which the importer writes beside its manifest, and what follows from them. They count
 * the values that are present; rows without one are counted by themselves.
 */
import { z } from 'zod'

const threeCounts = z.tuple([z.int(), z.int(), z.int()])
/** Of training, validation and test, in this order. */
const counts = { rows: threeCounts, positives: threeCounts }
export const splitCounts = z.object(counts)
export type SplitCounts = z.infer<typeof splitCounts>

export const denseStatistics = z.object({
  role: z.literal('dense'),
  name: z.string(),
  /** Of the raw training values that are present. */
  quantiles: z.array(z.object({ share: z.number(), value: z.number() })),
  /** The raw value in the place of a missing one. */
  fill: z.number(),
  /** Bins with about as many training rows each. A bin has its end, and not the end before; the last one has no end. */
  bins: z.array(z.object({ upTo: z.number().nullable(), ...counts })),
  missing: splitCounts,
})
export type DenseStatistics = z.infer<typeof denseStatistics>

export const sparseStatistics = z.object({
  role: z.literal('sparse'),
  name: z.string(),
  /** The most frequent training values. A row of a multi-valued column counts once for each of its values. */
  values: z.array(z.object({ value: z.string(), ...counts })),
  /** All other values. */
  others: splitCounts,
  /** Values without a row of their own in a vocabulary, which are rare or not seen in training. */
  unknown: splitCounts,
  missing: splitCounts,
})
export type SparseStatistics = z.infer<typeof sparseStatistics>

/** The file statistics.json of a prepared dataset. */
export const datasetStatistics = z.object({
  version: z.literal(1),
  columns: z.array(z.discriminatedUnion('role', [denseStatistics, sparseStatistics])),
})
export type DatasetStatistics = z.infer<typeof datasetStatistics>
export type ColumnStatistics = DatasetStatistics['columns'][number]

export const SPLITS = ['train', 'validation', 'test'] as const
export type SplitIndex = 0 | 1 | 2

/** The interval that has a share of positives with 95 % probability, after Wilson; null without rows. */
export function wilsonInterval(positives: number, rows: number): [number, number] | null {
  if (rows === 0) return null
  const z = 1.959963984540054
  const share = positives / rows
  const centre = share + (z * z) / (2 * rows)
  const spread = z * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows))
  const scale = 1 + (z * z) / rows
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)]
}

/** One part of a column's rows: a bin, a value, all other values, or those without a value. */
export interface ColumnPart {
  kind: 'bin' | 'value' | 'others' | 'unknown' | 'missing'
  text: string
  counts: SplitCounts
}

/** The parts of a column that has rows in them. `number` writes the ends of bins. */
export function partsOf(column: ColumnStatistics, number: (value: number) => string): ColumnPart[] {
  const parts: ColumnPart[] =
    column.role === 'dense'
      ? column.bins.map(({ rows, positives }, at) => ({
          kind: 'bin',
          text: binText(column, at, number),
          counts: { rows, positives },
        }))
      : [
          ...column.values.map(({ value, rows, positives }): ColumnPart => ({
            kind: 'value',
            text: value,
            counts: { rows, positives },
          })),
          { kind: 'others', text: 'other values', counts: column.others },
          { kind: 'unknown', text: 'rare or unknown values', counts: column.unknown },
        ]
  const missing = column.role === 'dense' ? `missing, read as ${number(column.fill)}` : 'missing'
  return [...parts, { kind: 'missing', text: missing, counts: column.missing } as const].filter(
    ({ counts: { rows } }) => rows.some((count) => count > 0),
  )
}

function binText({ bins }: DenseStatistics, at: number, number: (value: number) => string): string {
  const end = bins[at]?.upTo ?? null
  const before = bins[at - 1]?.upTo ?? null
  if (end === null) return before === null ? 'all values' : `above ${number(before)}`
  return before === null ? `up to ${number(end)}` : `${number(before)} to ${number(end)}`
}

/** A share that stands for none, so that the logarithm of a ratio stays finite. */
const SMALLEST_SHARE = 1e-4

/**
 * The population stability index of a column's parts in a split against the training rows: the sum of (q − p) ln(q ÷ p)
 * over the shares of the parts. Below 0.1 is little, above 0.25 is much. null if either split has no rows.
 */
export function stabilityIndex(column: ColumnStatistics, split: SplitIndex): number | null {
  const parts = partsOf(column, String).map(({ counts: { rows } }) => [rows[0], rows[split]] as const)
  const total = (at: 0 | 1) => parts.reduce((sum, part) => sum + part[at], 0)
  const [ofTraining, ofSplit] = [total(0), total(1)]
  if (ofTraining === 0 || ofSplit === 0) return null
  return parts.reduce((sum, [before, after]) => {
    const p = Math.max(before / ofTraining, SMALLEST_SHARE)
    const q = Math.max(after / ofSplit, SMALLEST_SHARE)
    return sum + (q - p) * Math.log(q / p)
  }, 0)
}

export const LITTLE_DRIFT = 0.1
export const MUCH_DRIFT = 0.25
