/** The rows on which two models are compared: their labels, and what a run predicted for them. */
import { IN_ORDER } from '../training/backends/backend.ts'
import { dirname, join } from 'node:path'
import { setImmediate as otherWork } from 'node:timers/promises'
import type { BatchLoaderOptions, NativeDataset } from '../../native/index.ts'
import { fileError, isMissing } from '../platform/file-errors.ts'
import { readRegularFile } from '../platform/regular-file.ts'
import { refuseLinks } from '../platform/workspace-links.ts'
import { StudioError } from '../contract/errors.ts'
import { checkpointFolder } from '../training/checkpoints.ts'
import { checksumLine, TEST_PREDICTIONS, TEST_PREDICTIONS_CHECKSUM } from '../training/test-predictions.ts'

const MAX_PREDICTION_BYTES = 2 ** 34
const MAX_CHECKSUM_BYTES = 4096

export type Split = BatchLoaderOptions['split']

const BATCH = 1 << 16

/** The labels of the test split in its order; null if the dataset's content does not have this hash. */
export async function testLabels(dataset: NativeDataset, hash: string): Promise<Float32Array | null> {
  const manifest = JSON.parse(dataset.manifest()) as { hash: string }
  return manifest.hash === hash ? splitLabels(dataset, 'test') : null
}

/** The labels of a split in its order. */
export async function splitLabels(dataset: NativeDataset, split: Split): Promise<Float32Array> {
  const { splits } = JSON.parse(dataset.manifest()) as { splits: Record<Split, { rows: number }> }
  const labels = new Float32Array(splits[split].rows)
  const loader = dataset.batches({
    split,
    batchSize: BATCH,
    ...IN_ORDER,
    dense: [],
    sparse: [],
  })
  try {
    let filled = 0
    for (let batch = loader.next(); batch; batch = loader.next()) {
      labels.set(batch.labels, filled)
      filled += batch.size
      await otherWork()
    }
    return labels
  } finally {
    loader.close()
  }
}

/**
 * The predictions of a run's best epoch for `rows` test rows, from test-predictions.f32 (little-endian floats in the
 * split's order) among its checkpoints; null if there is none of that length with finite values only. `rows` null
 * accepts any length. Throws Corrupt if they are damaged, and Io if they cannot be read at the moment.
 */
export async function testPredictions(
  workspace: string,
  run: string,
  rows: number | null,
): Promise<Float32Array | null> {
  const path = join(checkpointFolder(workspace, run), TEST_PREDICTIONS)
  refuseLinks(workspace, path)
  const bytes = await readRegularFile(path, MAX_PREDICTION_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  })
  if (bytes === null || (rows !== null && bytes.length !== rows * 4)) return null
  await requireChecksum(workspace, path, bytes)
  const predictions = new Float32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2)
  return predictions.every(Number.isFinite) ? predictions : null
}

/** Throws Corrupt if the checksum beside the predictions does not match. Former versions wrote none. */
async function requireChecksum(workspace: string, path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), TEST_PREDICTIONS_CHECKSUM)
  refuseLinks(workspace, beside)
  const text = await readRegularFile(beside, MAX_CHECKSUM_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw fileError(error, 'read', beside)
  })
  if (text === null || text.toString('utf8') === checksumLine(bytes)) return
  throw new StudioError(
    'Corrupt',
    `The test predictions ${path} are damaged: their SHA-256 differs from the recorded one. Train the run again to compare it.`,
    { file: path },
  )
}
