import type { Split } from './test-rows.ts'
import { writeFileSafely } from './write-file.ts'

export interface PredictedSplit {
  split: Split
  /** One a row, in the split's order. */
  predictions: Float32Array
  /** null where they are not known. */
  labels: Float32Array | null
}

/** Digits that tell any two 32-bit floats apart. */
const FLOAT_DIGITS = 9

/**
 * row, label (where known), prediction; a split column in front where there are several. Rows are counted from 1 in
 * the order of the source file.
 */
export function writePredictions(
  out: string,
  predicted: PredictedSplit[],
): Promise<{ path: string; bytes: number }> {
  const several = predicted.length > 1
  const labelled = predicted.every(({ labels }) => labels !== null)
  return writeFileSafely(out, async ({ text }) => {
    const columns = [...(several ? ['split'] : []), 'row', ...(labelled ? ['label'] : []), 'prediction']
    await text(`${columns.join()}\n`)
    for (const { split, predictions, labels } of predicted) {
      for (const [row, prediction] of predictions.entries()) {
        const front = several ? `${split},` : ''
        const label = labels ? `${labels[row]},` : ''
        await text(`${front}${row + 1},${label}${Number(prediction.toPrecision(FLOAT_DIGITS))}\n`)
      }
    }
  })
}
