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

/** The rows that an import failed for; none where it failed for something else. */
export function rejectedOf(error: ErrorData): RejectedRow[] {
  const parsed = details.safeParse(error.details)
  return parsed.success ? parsed.data.rejected : []
}

/** The failure without the place of its first rejected row, which the table of these rows shows. */
export function withoutPlace({ code, message, details }: ErrorData): ErrorData {
  return { code, message, details }
}

/** The rows that a dataset was made without. */
export function rejectedIn({ rejected, sources }: DatasetManifest): RejectedRow[] {
  return rejected.first.map((row) => ({ ...row, file: sources[row.file]?.path ?? '' }))
}

/** The last part of a path of either kind. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path
}
