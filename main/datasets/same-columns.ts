import { StudioError } from '../contract/errors.ts'
import { formatNames, isTableFormat } from '../contract/format-names.ts'
import { partitionsOf } from './partitions.ts'
import { readingSettings } from './reading-settings.ts'
import { readLayout, type Layout } from './sniffing/layout.ts'
import { previewTable } from './sniffing/table.ts'

/** The size of the beginning of every further file that is read to compare its columns with the first one's. */
const FURTHER_FILE_BYTES = 64 * 1024

/** Files of one import are read one after the other, so each must have the first one's columns. */
export async function checkSameColumns(first: Layout, file: string): Promise<void> {
  // The importer reads the columns of such files by their names.
  if (isTableFormat(first.format)) return checkFormat(first, file)
  const layout = await readLayout(file, readingSettings(first), FURTHER_FILE_BYTES)
  const differs = layout.names.findIndex((name, at) => name !== first.names[at])
  if (differs < 0 && layout.names.length === first.names.length) return
  const found = layout.names[differs]
  const what =
    layout.names.length === first.names.length
      ? `its column ${differs + 1} is ${found}, not ${first.names[differs]}`
      : `it has ${layout.names.length} columns, not ${first.names.length}`
  throw new StudioError(
    'InvalidArgument',
    `${file}, row 1: ${what} as ${first.file} has. Import files with different columns separately.`,
    { file, row: 1, ...(found !== undefined && { column: found }) },
  )
}

async function checkFormat(
  { format, file: firstFile, partitions = [] }: Layout,
  file: string,
): Promise<void> {
  const refuse = (what: string) => new StudioError('InvalidArgument', `${file} ${what}`, { file })
  const found = await previewTable(file, 'auto', 1)
  if (found?.format !== format) {
    const is = found ? formatNames[found.format] : 'delimited text'
    throw refuse(
      `is ${is}, but ${firstFile} is ${formatNames[format]}. Import files of different formats separately.`,
    )
  }
  const folders = new Set(partitionsOf(file).map(({ name }) => name))
  const missing = partitions.find(({ name }) => !folders.has(name))
  if (missing)
    throw refuse(
      `is in no folder named ${missing.name}=…, as ${firstFile} is. Import files of different folders separately.`,
    )
}
