import { z } from 'zod'
import type { ImportOutcome } from '../../../../main/contract/datasets.ts'
import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'

export type RejectedRow = ImportOutcome['rejected']['first'][number]

const details = z.object({
  rejected: z.array(
    z.object({ file: z.string(), row: z.int(), column: z.string().nullable(), reason: z.string() }),
  ),
})

/** Gives the rows that made an import fail, or none if it failed for something else. */
export function rejectedOf(error: ErrorData): RejectedRow[] {
  const parsed = details.safeParse(error.details)
  return parsed.success ? parsed.data.rejected : []
}

/** Drops the first rejected row's file, row and column from a failure, because the table of these rows shows them. */
export function withoutRow({ code, message, details }: ErrorData): ErrorData {
  return { code, message, details }
}

/** Gives the rows that a dataset was made without. */
export function rejectedIn({ rejected, sources }: DatasetManifest): RejectedRow[] {
  return rejected.first.map((row) => ({ ...row, file: sources[row.file]?.path ?? '' }))
}

/** Gives the file name of a path with either separator. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path
}
