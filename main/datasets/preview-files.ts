import { resolve } from 'node:path'
import type { FilePreview, PreviewRequest } from '../contract/datasets.ts'
import { checkSameColumns } from './same-columns.ts'
import { readLayout } from './sniffing/layout.ts'
import { previewHints, previewLike } from './sniffing/preview.ts'

/** A preview of files that make one dataset. Throws a StudioError if they differ in their columns. */
export async function previewFiles(
  files: string[],
  hints: Omit<PreviewRequest, 'file'>,
): Promise<FilePreview> {
  const [first = '', ...others] = files.map((file) => resolve(file))
  const layout = await readLayout(first, previewHints(hints))
  for (const file of others) await checkSameColumns(layout, file)
  return previewLike(layout, hints)
}
