import { csvField, harmlessText } from './csv-field.ts'
import type { KeptColumns } from './kept-columns.ts'
import type { Split } from './test-rows.ts'
import { writeFileSafely } from '../platform/write-file.ts'

export interface PredictedSplit {
  split: Split
  /** One a row, in the split's order. */
  predictions: Float32Array
  /** null where they are not known. */
  labels: Float32Array | null
  /** A byte a row, 1 where a value of the row is in no training row; null where that is not asked for. */
  unknown: Uint8Array | null
}

export interface WrittenColumns {
  /** Columns of the file that was predicted; null for none. */
  kept: KeptColumns | null
  /** Write their text exactly as it stands, also where a spreadsheet would take it for a formula. */
  exact: boolean
}

/** A column of the file that is named like one of these is told from it. */
const OWN_NAMES = new Set(['split', 'row', 'label', 'prediction'])
/** Digits that tell any two 32-bit floats apart. */
const FLOAT_DIGITS = 9

/**
 * row, the kept columns, label (where known), prediction; a split column in front where there are several. Rows are
 * counted from 1 in the order of the source file.
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
