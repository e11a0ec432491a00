import type { StudioReader } from '../../db/index.ts'
import { exportCsv } from './export-csv.ts'
import { exportSafetensors } from './export-safetensors.ts'

export interface ExportRequest {
  id: string
  format: 'csv' | 'safetensors'
  /** Replaced if it exists. */
  out: string
}

/** Writes a run's metrics or parameters to a file. Throws NotFound, Corrupt, Io or DiskFull. */
export function exportRun(
  sources: { database: StudioReader; workspace: string },
  { id, format, out }: ExportRequest,
): Promise<{ path: string; bytes: number }> {
  return format === 'csv' ? exportCsv(sources.database, id, out) : exportSafetensors(sources, id, out)
}
