import { StudioError } from '../contract/errors.ts'
import { readingSettings } from './reading-settings.ts'
import { readLayout, type Layout } from './sniffing/layout.ts'

/** The size of the beginning of every further file that is read to compare its columns with the first one's. */
const FURTHER_FILE_BYTES = 64 * 1024

/** Files of one import are read one after the other, so each must have the first one's columns. */
export async function checkSameColumns(first: Layout, file: string): Promise<void> {
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
