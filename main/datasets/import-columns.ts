import type { ImportColumn } from '../../native/index.ts'
import type { ColumnChoice, ImportRequest } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { withDefaults } from './column-defaults.ts'
import { firstRepeated } from './first-repeated.ts'
import { criteoColumns } from './sniffing/criteo.ts'
import type { Layout } from './sniffing/layout.ts'
import { previewOf } from './sniffing/preview.ts'

/**
 * Every column of the file, in file order, as the importer wants it: from the request's schema, else from what is
 * certain about the file. Throws InvalidArgument naming the column or field that is wrong.
 */
export function importColumns(layout: Layout, schema: ImportRequest['schema']): ImportColumn[] {
  const choices = schema ? choicesOf(layout, schema.columns) : recognisedChoices(layout)
  checkLabel(layout, choices)
  if (!choices.some(({ role }) => role !== 'label' && role !== 'ignore')) {
    throw invalid(layout, 'at least one column beside the label must be dense, sparse or multi-valued.')
  }
  return choices.map((choice) => importColumn(withDefaults(choice, layout.format), layout.format))
}

/** The schema's choices in file order; columns that it does not name are ignored. */
function choicesOf(layout: Layout, given: ColumnChoice[]): ColumnChoice[] {
  const repeated = firstRepeated(given.map(({ name }) => name))
  if (repeated !== undefined)
    throw invalid(layout, `the schema names the column ${repeated} twice.`, repeated)
  if (layout.format !== 'criteo' && !layout.header) return positional(layout, given)
  const names = new Set(layout.names)
  const unknown = given.find(({ name }) => !names.has(name))
  if (unknown) {
    const known = shortList(layout.names)
    throw invalid(
      layout,
      `the schema names the column ${unknown.name}, but the file has ${known}.`,
      unknown.name,
    )
  }
  const byName = new Map(given.map((choice) => [choice.name, choice]))
  return layout.names.map((name) => byName.get(name) ?? { name, role: 'ignore' })
}

/** Without a header the schema's columns are the file's, one by one. */
function positional(layout: Layout, given: ColumnChoice[]): ColumnChoice[] {
  if (given.length === layout.names.length) return given
  throw invalid(
    layout,
    `it has no header and ${layout.names.length} columns, but the schema has ${given.length}. ` +
      'Without a header the schema must give every column in order.',
  )
}

function recognisedChoices(layout: Layout): ColumnChoice[] {
  if (layout.format === 'criteo') return criteoColumns()
  const preview = previewOf(layout)
  if (preview.recognised) return preview.columns
  const open = preview.columns.filter(
    (column) => column.role === 'ignore' || !column.guessedBecause?.startsWith('its name'),
  )
  const which = layout.header && open.length > 0 ? ` (${shortList(open.map((column) => column.name))})` : ''
  throw new StudioError(
    'InvalidArgument',
    `${layout.file}: the roles of its columns${which} are neither given nor recognisable from their names. ` +
      'Choose them in the import wizard or with --schema; names such as label, dense_age and sparse_city need neither.',
    { file: layout.file, field: 'schema' },
  )
}

function checkLabel(layout: Layout, choices: ColumnChoice[]): void {
  const labels = choices.filter((choice) => choice.role === 'label')
  const [, second] = labels
  if (labels.length === 0)
    throw invalid(layout, 'no column has the role label. Give it to the column to predict.')
  if (second) {
    const names = labels.map((label) => label.name).join(' and ')
    throw invalid(layout, `${names} both have the role label. Only one column can be predicted.`, second.name)
  }
}

function importColumn(choice: ColumnChoice, format: Layout['format']): ImportColumn {
  const { name } = choice
  const fromCriteo = format === 'criteo'
  switch (choice.role) {
    case 'ignore':
      return { name, role: 'ignore' }
    case 'label':
      return choice.positiveFrom === undefined
        ? { name, role: 'label' }
        : { name, role: 'label', positiveFrom: choice.positiveFrom }
    case 'dense': {
      const { transform = 'none', missing = 'zero' } = choice
      return { name, role: 'dense', type: fromCriteo ? 'integer' : 'float', transform, missing }
    }
    default: {
      const { role, separator, encoding = { kind: 'vocabulary', minimumCount: 1 } } = choice
      const type = fromCriteo ? 'hex' : 'text'
      return role === 'multiValued' && separator !== undefined
        ? { name, role, type, encoding, separator }
        : { name, role, type, encoding }
    }
  }
}

function shortList(names: string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}

function invalid(layout: Layout, what: string, column?: string): StudioError {
  const where = column === undefined ? { file: layout.file } : { file: layout.file, column }
  return new StudioError('InvalidArgument', `${layout.file}: ${what}`, { ...where, field: 'schema.columns' })
}
