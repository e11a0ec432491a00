import type { ErrorData } from '../../../../main/contract/errors.ts'
import type { DatasetManifest } from '../../../../main/contract/manifest.ts'
import { withFileNames, type Rejections } from '../../../../main/contract/rejected-rows.ts'

/** Drops the first rejected row's file, row and column from a failure, because the table of these rows shows them. */
export function withoutRow({ code, message, details }: ErrorData): ErrorData {
  return { code, message, details }
}

/** Gives the rows that a dataset was made without. */
export function rejectedIn({ rejected, sources }: DatasetManifest): Rejections {
  return withFileNames(
    rejected,
    sources.map(({ path }) => path),
  )
}

/** Gives the file name of a path with either separator. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path
}
