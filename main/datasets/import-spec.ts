import { resolve } from 'node:path'
import type { ImportColumn, ImportSpec } from '../../native/index.ts'
import { withDefaults } from '../contract/column-defaults.ts'
import type { ImportRequest, ImportSchema, SplitChoice } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { isSeparator } from '../contract/separators.ts'
import { importColumns, timeFormatOf } from './import-columns.ts'
import { defaultSplitOf, mainTimeColumn } from '../contract/dataset-defaults.ts'
import { checkedSplit } from './import-split.ts'
import { readingSettings } from './reading-settings.ts'
import { partitionsOf, type PartitionColumn } from './partitions.ts'
import { recipeColumns, recipes } from './recipes/index.ts'
import { readingSpec } from './reading-spec.ts'
import { checkSameColumns } from './same-columns.ts'
import { schemaReading } from './schema-columns.ts'
import { readLayout, type Layout, type LayoutHints } from './sniffing/layout.ts'

/** Rejected rows that are reported one by one; the others are only counted. */
export const REPORTED_ROWS = 100

/**
 * What the native importer is to do for a request, after looking at the files' beginnings. Throws a StudioError that
 * names the file, row, column or setting that is wrong.
 */
export async function importSpec(request: ImportRequest, destination: string): Promise<ImportSpec> {
  const { schema } = request
  if (schema && request.recipe) {
    throw new StudioError('InvalidArgument', 'Give a schema or a recipe, not both.', { field: 'recipe' })
  }
  const wellKnown = request.recipe && recipes[request.recipe]
  const files = request.files.map((file) => resolve(file))
  const [first = '', ...others] = files
  checkDelimiter(schema?.delimiter ?? request.reading?.delimiter)
  const hints: LayoutHints = {
    ...(schema && schemaReading(schema)),
    ...wellKnown?.reading,
    ...request.reading,
    format: request.format === 'auto' ? (schema?.format ?? 'auto') : request.format,
  }
  const layout = await readLayout(first, hints)
  for (const file of others) await checkSameColumns(layout, file)
  const { columns, choices, notes } = importColumns(
    layout,
    request.recipe ? { ...request, schema: { columns: recipeColumns(request.recipe, layout) } } : request,
  )
  const split = withTimeFormat(
    request.split ?? wellKnown?.split ?? schema?.split ?? defaultSplitOf(layout.format, columns),
    columns,
    layout,
  )
  const recipe: ImportSchema = {
    ...readingSettings(layout),
    columns: choices.map((choice) => withDefaults(choice, layout.format)),
    split,
  }
  const parent = request.parent === undefined ? {} : { parent: request.parent }
  return {
    files,
    ...readingSpec(layout),
    ...(layout.partitions && { partitions: files.map((file) => valuesOf(layout.partitions, file)) }),
    columns,
    split: checkedSplit(split, columns, files),
    destination,
    name: request.name,
    maxRejected: request.maxRejected,
    ...(request.maxRejectedRows !== undefined && { maxRejectedRows: request.maxRejectedRows }),
    reportRejected: REPORTED_ROWS,
    provenance: {
      kind: 'import',
      format: layout.format,
      notes: [...layout.notes, ...notes, ...splitNotes(split, columns)],
      recipe,
      ...parent,
    },
  }
}

/** A split by time with the format of its column, unless there is no such column, which is refused later. */
function withTimeFormat(split: SplitChoice, columns: ImportColumn[], layout: Layout): SplitChoice {
  if ((split.kind !== 'time' && split.kind !== 'leaveOneOut') || split.format !== undefined) return split
  const times = split.kind === 'time' ? split.column : split.time
  const column = columns.find(({ name }) => name === times)
  if (!column) return split
  return { ...split, format: column.role === 'time' ? column.format : timeFormatOf(layout, column.name) }
}

/** A random split mixes past and future, which a model does not do when it is used. */
function splitNotes(split: SplitChoice, columns: ImportColumn[]): string[] {
  const column = mainTimeColumn(columns)
  if (split.kind !== 'ratio' || column === undefined) return []
  return [
    `The split is random although ${column} holds times: results are optimistic, because training sees rows that are ` +
      'newer than those of validation and test. A split by time has no such advantage.',
  ]
}

/** The values of the folders' columns of a file, whose folders have the same names as the first one's. */
function valuesOf(columns: PartitionColumn[] = [], file: string): string[] {
  const values = new Map(partitionsOf(file).map(({ name, value }) => [name, value]))
  return columns.map(({ name }) => values.get(name) ?? '')
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
