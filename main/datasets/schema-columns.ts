import type { ColumnChoice, ImportSchema } from '../contract/datasets.ts'
import { StudioError } from '../contract/errors.ts'
import { firstRepeated } from './first-repeated.ts'
import { readingSettings } from './reading-settings.ts'
import type { Layout, LayoutHints } from './sniffing/layout.ts'

/** How a schema says that files are to be read. */
export function schemaReading(schema: ImportSchema): Partial<LayoutHints> {
  return {
    ...readingSettings({ ...schema, format: undefined }),
    names: schema.columns.map(({ name }) => name),
  }
}

/** The schema's choices in file order. Columns that it does not name are ignored. */
export function schemaColumns(layout: Layout, given: ColumnChoice[]): ColumnChoice[] {
  const repeated = firstRepeated(given.map(({ name }) => name))
  if (repeated !== undefined)
    throw invalidSchema(layout, `the schema names the column ${repeated} twice.`, repeated)
  if (layout.format !== 'criteo' && !layout.header) return positional(layout, given)
  const names = new Set(layout.names)
  const unknown = given.find(({ name }) => !names.has(name))
  if (unknown) {
    const known = shortList(layout.names)
    throw invalidSchema(
      layout,
      `the schema names the column ${unknown.name}, but the file has ${known}.`,
      unknown.name,
    )
  }
  const byName = new Map(given.map((choice) => [choice.name, choice]))
  return layout.names.map((name) => byName.get(name) ?? { name, role: 'ignore' })
}

/** Without a header the schema's columns are the file's columns, one by one. */
function positional(layout: Layout, given: ColumnChoice[]): ColumnChoice[] {
  if (given.length === layout.names.length) return given
  throw invalidSchema(
    layout,
    `it has no header and ${layout.names.length} columns, but the schema has ${given.length}. ` +
      'Without a header the schema must give every column in order.',
  )
}

export function shortList(names: string[], separator = ', '): string {
  const shown = names.slice(0, 8).join(separator)
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}

/** The error about a schema, or one of its columns, that does not fit a file. */
export function invalidSchema(
  layout: Layout,
  what: string,
  column?: string,
  field = 'schema.columns',
): StudioError {
  const where = column === undefined ? { file: layout.file } : { file: layout.file, column }
  return new StudioError('InvalidArgument', `${layout.file}: ${what}`, { ...where, field })
}
