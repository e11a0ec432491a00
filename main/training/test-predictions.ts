/** The predictions of a run's best epoch for the test rows, with a checksum that `sha256sum -c` can check. */
import { sha256 } from '../platform/sha256.ts'
import { join } from 'node:path'
import { writeDurably } from '../platform/durable-file.ts'

export const TEST_PREDICTIONS = 'test-predictions.f32'
export const TEST_PREDICTIONS_CHECKSUM = 'test-predictions.sha256'

export const checksumLine = (bytes: Uint8Array): string => `${sha256(bytes)}  ${TEST_PREDICTIONS}\n`

/**
 * Writes the predictions into the run's folder, in the order of the rows. After a crash in between the run continues
 * and writes both again.
 */
export async function storeTestPredictions(folder: string, predictions: Float32Array): Promise<void> {
  const bytes = new Uint8Array(predictions.buffer, predictions.byteOffset, predictions.byteLength)
  await writeDurably(join(folder, TEST_PREDICTIONS), bytes)
  await writeDurably(join(folder, TEST_PREDICTIONS_CHECKSUM), checksumLine(bytes))
}
