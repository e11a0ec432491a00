/** What a run's best epoch predicted for the test rows, with a checksum that `sha256sum -c` understands. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'

export const TEST_PREDICTIONS = 'test-predictions.f32'
export const TEST_PREDICTIONS_CHECKSUM = 'test-predictions.sha256'

export const checksumLine = (bytes: Uint8Array): string =>
  `${createHash('sha256').update(bytes).digest('hex')}  ${TEST_PREDICTIONS}\n`

/** Writes them into the run's folder, in the order of the rows. A crash in between leaves a run that goes on, which writes both. */
export async function storeTestPredictions(folder: string, predictions: Float32Array): Promise<void> {
  const bytes = new Uint8Array(predictions.buffer, predictions.byteOffset, predictions.byteLength)
  await writeDurably(join(folder, TEST_PREDICTIONS), bytes)
  await writeDurably(join(folder, TEST_PREDICTIONS_CHECKSUM), checksumLine(bytes))
}
