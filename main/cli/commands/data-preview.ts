import { formatBytes, formatPercent } from '../../contract/quantities.ts'
import { positivesText } from '../../contract/column-defaults.ts'
import type { ColumnRole, FilePreview, ImportSchema } from '../../contract/datasets.ts'
import { formatNames, isTableFormat } from '../../contract/format-names.ts'
import { inputFiles } from '../../datasets/input-files.ts'
import { schemaOf } from '../../datasets/preview-schema.ts'
import { separatorText } from '../../contract/separators.ts'
import { textEncodings } from '../../contract/text-encodings.ts'
import type { Command } from '../command.ts'
import { FILE_NOTE, readingFrom, readingOptions } from '../reading-options.ts'
import { integer, table } from '../terminal.ts'

const roleTexts: Partial<Record<ColumnRole, string>> = {
  multiValued: 'multi-valued',
  userId: 'user id',
  itemId: 'item id',
}
const EXAMPLES = 3
const EXAMPLE_CHARACTERS = 20

export const dataPreview: Command = {
  name: 'data preview',
  summary: 'Show how files would be imported; --json prints a schema for data import.',
  positionals: [{ name: 'FILE', required: true, many: true }],
  note: FILE_NOTE,
  options: readingOptions,
  async run({ services, options, positionals }) {
    const { format, recipe, reading } = readingFrom(options)
    const files = await inputFiles(positionals)
    const preview = await services.datasets.previewFiles(files, { format, recipe, ...reading })
    const schema: ImportSchema = schemaOf(preview)
    return { json: schema, text: previewText(preview) }
  },
}

function previewText(preview: FilePreview): string {
  const { columns, notes } = preview
  return [
    `${preview.file}: ${formatBytes(preview.bytes)}, ${layoutText(preview)}.`,
    '',
    table(
      ['column', 'role', 'settings', 'missing', 'first values', 'because'],
      columns.map((column) => [
        column.name,
        roleTexts[column.role] ?? column.role,
        settingsText(column),
        missingText(column),
        column.examples.slice(0, EXAMPLES).map(shortened).join(' · '),
        column.guessedBecause ?? '',
      ]),
    ),
    '',
    `Based on the first ${integer(preview.rowsRead)} rows.`,
    ...notes.map((note) => `Note: ${note}`),
    ...(columns.some(({ role }) => role === 'label')
      ? []
      : [
          'Note: No column looks like a label. Give the column to predict the role label in the schema (--json prints it).',
        ]),
  ].join('\n')
}

function layoutText(preview: FilePreview): string {
  if (preview.format === 'criteo' || isTableFormat(preview.format)) return formatNames[preview.format]
  const quoting = {
    none: 'quotation marks are text',
    doubled: 'fields may be quoted',
    backslash: 'fields may be quoted, with backslashes',
  }
  return [
    ...(preview.format === 'recbole' ? [formatNames.recbole] : []),
    `separated by ${separatorText(preview.delimiter)}`,
    quoting[preview.quotes],
    preview.header ? 'the first row names the columns' : 'no header row',
    textEncodings[preview.encoding],
    ...(preview.decimal === ',' ? ['decimal commas'] : []),
  ].join(', ')
}

function settingsText(column: FilePreview['columns'][number]): string {
  switch (column.role) {
    case 'label':
      if (column.positiveFrom !== undefined) return `1 from ${column.positiveFrom}`
      return labelText(column)
    case 'dense':
      return `${column.transform}, missing: ${column.missing}`
    case 'time':
      return column.timeFormat ?? ''
    case 'ignore':
      return ''
    default:
      return [
        column.encoding?.kind ?? '',
        ...(column.bucket === undefined ? [] : ['in buckets']),
        ...(column.missing === 'category' ? ['missing: a category'] : []),
        ...(column.separator === undefined ? [] : [`split at ${JSON.stringify(column.separator)}`]),
        ...(column.brackets ? ['in brackets'] : []),
      ].join(', ')
  }
}

function labelText(column: FilePreview['columns'][number]): string {
  const texts = positivesText(column)
  return texts ? `1 = ${texts.positive}, 0 = ${texts.negative}` : '0 and 1'
}

function missingText({ missingShare, missingTexts }: FilePreview['columns'][number]): string {
  if (missingShare === 0) return ''
  const texts = missingTexts.map(({ value, count }) => `${integer(count)} × ${value}`)
  return `${formatPercent(missingShare)}${texts.length > 0 ? ` (${texts.join(', ')})` : ''}`
}

const shortened = (text: string) =>
  text.length > EXAMPLE_CHARACTERS ? `${text.slice(0, EXAMPLE_CHARACTERS)}…` : text
