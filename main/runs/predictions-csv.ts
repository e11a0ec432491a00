import { csvField, harmlessText } from '../contract/csv-field.ts'
import type { KeptColumns } from './kept-columns.ts'
import type { Split } from './test-rows.ts'
import { writeFileSafely } from '../platform/write-file.ts'

export interface PredictedSplit {
  split: Split
  /** One for each row, in the split's order. */
  predictions: Float32Array
  /** null if they are not known. */
  labels: Float32Array | null
  /** One byte for each row, which is 1 if a value of the row is in no training row; null if that is not needed. */
  unknown: Uint8Array | null
}

export interface WrittenColumns {
  /** Columns of the predicted file; null for none. */
  kept: KeptColumns | null
  /** Whether their text is written exactly as it is, even if a spreadsheet would take it for a formula. */
  exact: boolean
}

/** A column of the file with one of these names gets another name. */
const OWN_NAMES = new Set(['split', 'row', 'label', 'prediction'])
/** The number of digits that distinguish any two 32-bit floats. */
const FLOAT_DIGITS = 9

/**
 * row, the kept columns, label (if known), prediction; with several splits a split column comes first. Rows are counted
 * from 1 in the order of the source file.
 */
export function writePredictions(
  out: string,
  predicted: PredictedSplit[],
  { kept, exact }: WrittenColumns = { kept: null, exact: false },
): Promise<{ path: string; bytes: number }> {
  const several = predicted.length > 1
  const labelled = predicted.every(({ labels }) => labels !== null)
  const field = (text: string) => csvField(exact ? text : harmlessText(text))
  return writeFileSafely(out, async ({ text }) => {
    const columns = [
      ...(several ? ['split'] : []),
      'row',
      ...(kept?.names.map((name) => field(OWN_NAMES.has(name) ? `file.${name}` : name)) ?? []),
      ...(labelled ? ['label'] : []),
      'prediction',
    ]
    await text(`${columns.join()}\n`)
    const rows = kept?.rows[Symbol.asyncIterator]()
    for (const { split, predictions, labels } of predicted) {
      for (const [row, prediction] of predictions.entries()) {
        const front = several ? `${split},` : ''
        const next = await rows?.next()
        const own = next && !next.done ? next.value : []
        const inserted = own.map((value) => `${field(value)},`).join('')
        const label = labels ? `${labels[row]},` : ''
        await text(`${front}${row + 1},${inserted}${label}${Number(prediction.toPrecision(FLOAT_DIGITS))}\n`)
      }
    }
  })
}
