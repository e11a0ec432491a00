import { nativeAddon, type TableOptions, type TablePreview } from '../../../native/index.ts'
import type { PreviewRequest } from '../../contract/datasets.ts'
import { StudioError, toErrorData } from '../../contract/errors.ts'
import { isTableFormat } from '../../contract/format-names.ts'

/** What a file that is no delimited text says about a column. */
export type ColumnHint = TablePreview['columns'][number]

/**
 * The columns and first rows of a file that is no delimited text; null if it is text. Rejects with a StudioError that names the
 * file if it cannot be read.
 */
export async function previewTable(
  file: string,
  format: PreviewRequest['format'],
  limit: number,
): Promise<TablePreview | null> {
  if (format !== 'auto' && !isTableFormat(format)) return null
  const options: TableOptions = { limit, ...(format !== 'auto' && { format }) }
  try {
    return JSON.parse(await nativeAddon().previewTable(file, JSON.stringify(options))) as TablePreview | null
  } catch (error) {
    const { code, message, ...place } = toErrorData(error)
    throw new StudioError(code, message, { ...place, file })
  }
}
