import { z } from 'zod'
import type { ImportSpec } from '../../native/index.ts'
import { diskFull } from '../platform/disk-space.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'

const rejectedRow = z.object({
  file: z.int(),
  row: z.int(),
  column: z.string().nullable(),
  reason: z.string(),
})

/** The details that the importer adds to code and message. */
const importerDetails = z.object({
  file: z.string().optional(),
  row: z.int().optional(),
  column: z.string().nullable().optional(),
  first: z.array(rejectedRow).optional(),
  neededBytes: z.number().optional(),
})

/** The importer's error with its position: the file, row and column at fault, or the first of the rejected rows. */
export function importError(thrown: unknown, spec: ImportSpec): StudioError {
  if (thrown instanceof StudioError) return thrown
  const { code, message } = toErrorData(thrown)
  const parsed = importerDetails.safeParse(detailsOf(thrown))
  if (!parsed.success) return new StudioError(code, message)
  const { first = [], file, row, column, neededBytes } = parsed.data
  if (code === 'DiskFull') return diskFull(file ?? spec.destination, { needed: neededBytes })
  const rows = first.map((rejected) => ({ ...rejected, file: spec.files[rejected.file] ?? '' }))
  const position = rows[0] ?? { file, row, column }
  return new StudioError(code, message, {
    ...(position.file !== undefined && { file: position.file }),
    ...(position.row !== undefined && { row: position.row }),
    ...(typeof position.column === 'string' && { column: position.column }),
    ...(rows.length > 0 && { details: { rejected: rows } }),
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
