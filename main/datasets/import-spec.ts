import { resolve } from 'node:path'
import type { ImportSpec } from '../../native/index.ts'
import type { ImportRequest } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { importColumns } from './import-columns.ts'
import { defaultSplit } from '../contract/dataset-defaults.ts'
import { checkedSplit } from './import-split.ts'
import { readingSpec } from './reading-spec.ts'
import { checkSameColumns } from './same-columns.ts'
import { readLayout, type LayoutHints } from './sniffing/layout.ts'

/** Rejected rows that are reported one by one; the others are only counted. */
export const REPORTED_ROWS = 100

/**
 * What the native importer is to do for a request, after looking at the files' beginnings. Throws a StudioError that
 * names the file, row, column or setting that is wrong.
 */
export async function importSpec(request: ImportRequest, destination: string): Promise<ImportSpec> {
  const { schema } = request
  const files = request.files.map((file) => resolve(file))
  const [first = '', ...others] = files
  checkDelimiter(schema?.delimiter ?? request.reading?.delimiter)
  const hints: LayoutHints = {
    ...(schema && readingOf(schema)),
    ...request.reading,
    format: request.format === 'auto' ? (schema?.format ?? 'auto') : request.format,
    names: schema?.columns.map((column) => column.name),
  }
  const layout = await readLayout(first, hints)
  for (const file of others) await checkSameColumns(layout, file)
  const { columns, notes } = importColumns(layout, schema)
  const split = request.split ?? schema?.split
  return {
    files,
    ...readingSpec(layout),
    columns,
    split: split ? checkedSplit(split, columns) : defaultSplit(layout.format),
    destination,
    name: request.name,
    maxRejected: request.maxRejected,
    reportRejected: REPORTED_ROWS,
    provenance: { kind: 'import', format: layout.format, notes: [...layout.notes, ...notes] },
  }
}

/** How a schema says that files are to be read. */
function readingOf(schema: NonNullable<ImportRequest['schema']>): NonNullable<ImportRequest['reading']> {
  const { delimiter, quotes, encoding, decimal, comment, header, missingValues } = schema
  return { delimiter, quotes, encoding, decimal, comment, header, missingValues }
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
