import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nativeAddon, type ImportProgress, type ImportResult, type ImportSpec } from '../../native/index.ts'
import type { ImportOutcome } from '../contract/datasets.ts'
import { importNotes } from '../contract/import-notes.ts'
import { datasetManifest } from '../contract/manifest.ts'
import { withFileNames } from '../contract/rejected-rows.ts'
import { datasetWarnings, unknownShares } from '../contract/unknown-values.ts'
import { importError } from './import-error.ts'
import type { JobHandle } from './jobs.ts'
import { unsealJson } from '../platform/sealed-json.ts'
import { withSourceLayout } from './source-layout.ts'

const DOING: Record<ImportProgress['phase'], string> = {
  scan: 'Checking rows',
  write: 'Writing',
  finish: 'Finishing',
}
/** The share of the work that remains for making everything durable after all bytes were read. */
const FINISH_SHARE = 0.03

/**
 * Runs the importer on its own threads. `start` is the share of the job's work that is already done. Rejects with a
 * StudioError that names the first bad row, if rows are bad.
 */
export async function nativeImport(spec: ImportSpec, handle: JobHandle, start = 0): Promise<ImportOutcome> {
  handle.signal.throwIfAborted()
  const job = nativeAddon().importTable(JSON.stringify(withSourceLayout(spec)), (text) =>
    report(text, handle, start),
  )
  const cancel = () => job.cancel()
  handle.signal.addEventListener('abort', cancel, { once: true })
  // The signal may have been aborted while the importer was starting.
  if (handle.signal.aborted) cancel()
  try {
    const result = JSON.parse(await job.done) as ImportResult
    return {
      dataset: spec.name,
      rows: result.rows,
      rejected: withFileNames(result.rejected, spec.files),
      durationMs: result.durationMs,
      bytes: result.bytes,
      ...(await manifestNotes(spec.destination)),
    }
  } catch (error) {
    throw importError(error, spec)
  } finally {
    handle.signal.removeEventListener('abort', cancel)
  }
}

/** What the manifest of a finished import says about how the files were read, and about values that training has not seen. */
async function manifestNotes(folder: string): Promise<Pick<ImportOutcome, 'notes' | 'unknown' | 'warnings'>> {
  const text = unsealJson(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const manifest = datasetManifest.parse(JSON.parse(text ?? ''))
  const [validation, test] = (['validation', 'test'] as const).map((split) =>
    unknownShares(manifest, [split]),
  )
  const unknown = (validation ?? []).map(({ column, share }, at) => ({
    column,
    validation: share,
    test: test?.[at]?.share ?? null,
  }))
  return {
    notes: importNotes(manifest),
    unknown: unknown.filter((shares) => shares.validation || shares.test),
    warnings: datasetWarnings(manifest),
  }
}

function report(text: string, handle: JobHandle, start: number): void {
  const { phase, bytesDone, bytesTotal, rows, rejected } = JSON.parse(text) as ImportProgress
  const read = bytesTotal > 0 ? Math.min(1, bytesDone / bytesTotal) : 0
  const bad = rejected > 0 ? `, ${rejected.toLocaleString('en')} rejected` : ''
  const message = `${DOING[phase]}: ${rows.toLocaleString('en')} rows${bad}`
  handle.report(phase, start + (1 - start) * (1 - FINISH_SHARE) * read, message)
}
