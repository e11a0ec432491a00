import { z } from 'zod'
import type { ImportSpec } from '../../native/index.ts'
import { diskFull } from '../platform/disk-space.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import { numberedRejections, withFileNames } from '../contract/rejected-rows.ts'

/** The details that the importer adds to code and message. */
const importerDetails = z.object({
  file: z.string().optional(),
  row: z.int().optional(),
  column: z.string().nullable().optional(),
  neededBytes: z.number().optional(),
})

/** The importer's error with its position: the file, row and column at fault, or the first of the rejected rows. */
export function importError(thrown: unknown, spec: ImportSpec): StudioError {
  if (thrown instanceof StudioError) return thrown
  const { code, message } = toErrorData(thrown)
  const parsed = importerDetails.safeParse(detailsOf(thrown))
  if (!parsed.success) return new StudioError(code, message)
  const { file, row, column, neededBytes } = parsed.data
  const found = numberedRejections.safeParse(detailsOf(thrown))
  const rejected = found.success ? withFileNames(found.data, spec.files) : null
  if (code === 'DiskFull') return diskFull(file ?? spec.destination, { needed: neededBytes })
  const position = rejected?.first[0] ?? { file, row, column }
  return new StudioError(code, message, {
    ...(position.file !== undefined && { file: position.file }),
    ...(position.row !== undefined && { row: position.row }),
    ...(typeof position.column === 'string' && { column: position.column }),
    ...(rejected && rejected.count > 0 && { details: { rejected } }),
  })
}

/** The addon attaches JSON text or an object. */
function detailsOf(thrown: unknown): unknown {
  const { details } = thrown as { details?: unknown }
  if (typeof details !== 'string') return details
  try {
    return JSON.parse(details)
  } catch {
    return undefined
  }
}
