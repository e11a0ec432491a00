/** What a search for leaks found in a dataset: columns that know the label, and rows that training has seen. */
import { z } from 'zod'

/** A column that orders rows by their label better than this by itself hardly ever does so honestly. */
export const SUSPICIOUS_AUC = 0.95

export const leakReport = z.object({
  /** The rows that were scored: test rows, or validation rows if there are none. */
  split: z.enum(['train', 'validation', 'test']),
  scoredRows: z.int(),
  columns: z.array(
    z.object({
      column: z.string(),
      role: z.enum(['dense', 'sparse', 'multiValued']),
      /**
       * The AUC of this column alone: of its values in the direction that training rows have, or of the smoothed rates of
       * positives that its values have in the training rows. null if all scored rows have the same label.
       */
      auc: z.number().nullable(),
      /** The share of its values in those rows that training has not seen; null if there are none, or for dense columns. */
      unknown: z.number().nullable(),
    }),
  ),
  /** One of this many different rows was compared; 1 unless there are too many for the memory. */
  oneIn: z.int(),
  /** Training rows whose features are those of an earlier training row. */
  repeatedTrainingRows: z.int(),
  comparedTrainingRows: z.int(),
  /** Scored rows whose features are those of a training row. */
  seenRows: z.int(),
  comparedRows: z.int(),
})
export type LeakReport = z.infer<typeof leakReport>
export type ColumnLeak = LeakReport['columns'][number]

export const isSuspicious = ({ auc }: ColumnLeak): boolean => auc !== null && auc > SUSPICIOUS_AUC

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** Sentences on what a person should look into. */
export function leakWarnings(report: LeakReport): string[] {
  const { seenRows, comparedRows, split, columns } = report
  const suspicious = columns
    .filter(isSuspicious)
    .map(
      ({ column, auc }) =>
        `${column} alone predicts the label with an AUC of ${(auc ?? 0).toFixed(4)}. It probably was not known before the ` +
        'outcome; if so, import again without it.',
    )
  const share = comparedRows > 0 ? seenRows / comparedRows : 0
  if (share < SHARE_OF_SEEN_ROWS) return suspicious
  const rows = split === 'test' ? 'test' : 'validation'
  return [
    ...suspicious,
    `${percent(share)} of the ${rows} rows have the same features as a training row, so metrics on them tell little ` +
      'about new rows.',
  ]
}

/** From this share on, repeated rows change what a metric means. */
const SHARE_OF_SEEN_ROWS = 0.01
