import type { NativeDataset, LeakReport as NativeReport } from '../../native/index.ts'
import { leakReport, type LeakReport } from '../contract/dataset-leaks.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { unknownShares } from '../contract/unknown-values.ts'

/**
 * Scores each column of an opened dataset alone, and compares its rows. `report` gets the share that is done. Rejects with
 * Cancelled after the signal, and with InvalidArgument if the dataset has no rows to score.
 */
export async function findLeaks(
  dataset: NativeDataset,
  manifest: DatasetManifest,
  signal: AbortSignal,
  report: (fraction: number) => void,
): Promise<LeakReport> {
  // A search of few rows may end before it hears of this.
  if (signal.aborted) throw new StudioError('Cancelled', 'The search was cancelled.')
  const job = dataset.findLeaks((share) => report(JSON.parse(share) as number))
  const cancel = () => job.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return withUnknown(JSON.parse(await job.done) as NativeReport, manifest)
  } catch (error) {
    const { code, message } = toErrorData(error)
    throw new StudioError(code, message)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function withUnknown(found: NativeReport, manifest: DatasetManifest): LeakReport {
  const splits = found.split === 'train' ? [] : [found.split]
  const unknown = new Map(unknownShares(manifest, splits).map(({ column, share }) => [column, share]))
  return leakReport.parse({
    ...found,
    columns: found.columns.map(({ column, auc }, at) => ({
      column,
      auc,
      role: manifest.columns[at]?.role,
      unknown: unknown.get(column) ?? null,
    })),
  })
}
