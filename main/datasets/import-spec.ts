import { resolve } from 'node:path'
import type { ImportSpec } from '../../native/index.ts'
import { withDefaults } from '../contract/column-defaults.ts'
import type { ImportRequest, ImportSchema } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { isSeparator } from '../contract/separators.ts'
import { importColumns } from './import-columns.ts'
import { defaultSplit } from '../contract/dataset-defaults.ts'
import { checkedSplit } from './import-split.ts'
import { readingSettings } from './reading-settings.ts'
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
  const { columns, choices, notes } = importColumns(layout, request)
  const split = request.split ?? schema?.split ?? defaultSplit(layout.format)
  const recipe: ImportSchema = {
    ...readingSettings(layout),
    columns: choices.map((choice) => withDefaults(choice, layout.format)),
    split,
  }
  const parent = request.parent === undefined ? {} : { parent: request.parent }
  return {
    files,
    ...readingSpec(layout),
    columns,
    split: checkedSplit(split, columns),
    destination,
    name: request.name,
    maxRejected: request.maxRejected,
    ...(request.maxRejectedRows !== undefined && { maxRejectedRows: request.maxRejectedRows }),
    reportRejected: REPORTED_ROWS,
    provenance: {
      kind: 'import',
      format: layout.format,
      notes: [...layout.notes, ...notes],
      recipe,
      ...parent,
    },
  }
}

/** How a schema says that files are to be read. */
function readingOf(schema: NonNullable<ImportRequest['schema']>): NonNullable<ImportRequest['reading']> {
  return readingSettings({ ...schema, format: undefined })
}

function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined) return
  if (isSeparator(delimiter)) return
  throw new StudioError(
    'InvalidArgument',
    'The delimiter must be one or a few characters, such as a comma, a tab or ::, or the word spaces.',
    { field: 'schema.delimiter' },
  )
}
