import { resolve } from 'node:path'
import type { FilePreview, PreviewRequest } from '../contract/datasets.ts'
import { recipes } from './recipes/index.ts'
import { checkSameColumns } from './same-columns.ts'
import { readLayout } from './sniffing/layout.ts'
import { previewByRecipe, previewOf } from './sniffing/preview.ts'

/** A preview of files that make one dataset. Throws a StudioError if they differ in their columns. */
export async function previewFiles(
  files: string[],
  { recipe, ...others }: Omit<PreviewRequest, 'file'>,
): Promise<FilePreview> {
  const [first = '', ...further] = files.map((file) => resolve(file))
  const layout = await readLayout(first, { ...(recipe && recipes[recipe].reading), ...others })
  for (const file of further) await checkSameColumns(layout, file)
  return recipe ? previewByRecipe(layout, recipe) : previewOf(layout)
}
