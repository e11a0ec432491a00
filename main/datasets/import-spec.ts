import { resolve } from 'node:path'
import type { ImportSpec } from '../../native/index.ts'
import type { ImportRequest } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { importColumns } from './import-columns.ts'
import { checkedSplit, defaultSplit } from './import-split.ts'
import { readLayout, type Layout, type LayoutHints } from './sniffing/layout.ts'

/** Rejected rows that are reported one by one; the others are only counted. */
export const REPORTED_ROWS = 100
/** Enough of every further file to see that it has the first one's columns. */
const FURTHER_FILE_BYTES = 64 * 1024

/**
 * What the native importer is to do for a request, after looking at the files' beginnings. Throws a StudioError that
 * names the file, row, column or setting that is wrong.
 */
export async function importSpec(request: ImportRequest, destination: string): Promise<ImportSpec> {
  const { schema } = request
  const files = request.files.map((file) => resolve(file))
  const [first = '', ...others] = files
  checkDelimiter(schema?.delimiter)
  const hints: LayoutHints = {
    format: request.format,
    delimiter: schema?.delimiter,
    header: schema?.header,
    names: schema?.columns.map((column) => column.name),
  }
  const layout = await readLayout(first, hints)
  for (const file of others) await checkSameColumns(layout, file)
  const columns = importColumns(layout, schema)
  const split = request.split ?? schema?.split
  return {
    files,
    delimiter: layout.delimiter,
    quotes: layout.quotes,
    header: layout.header,
    columns,
    split: split ? checkedSplit(split, columns) : defaultSplit(layout.format),
    destination,
    name: request.name,
    maxRejected: request.maxRejected,
    reportRejected: REPORTED_ROWS,
    provenance: { kind: 'import', format: layout.format },
  }
}

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined) return
  if (/^[\t\x20-\x7e]$/.test(delimiter) && !/["a-zA-Z0-9.+-]/.test(delimiter)) return
  throw new StudioError(
    'InvalidArgument',
    'The delimiter must be one character such as a comma, a semicolon or a tab.',
    { field: 'schema.delimiter' },
  )
}

/** Files of one import are read one after the other, so each must have the first one's columns. */
async function checkSameColumns(first: Layout, file: string): Promise<void> {
  const { header, delimiter } = first
  const format = first.format === 'criteo' ? 'criteo' : 'auto'
  const layout = await readLayout(file, { format, delimiter, header }, FURTHER_FILE_BYTES)
  const differs = layout.names.findIndex((name, at) => name !== first.names[at])
  if (differs < 0 && layout.names.length === first.names.length) return
  const found = layout.names[differs]
  const what =
    layout.names.length === first.names.length
      ? `its column ${differs + 1} is ${found}, not ${first.names[differs]}`
      : `it has ${layout.names.length} columns, not ${first.names.length}`
  throw new StudioError(
    'InvalidArgument',
    `${file}, row 1: ${what} as ${first.file} has. Import files of different columns one by one.`,
    { file, row: 1, ...(found !== undefined && { column: found }) },
  )
}
