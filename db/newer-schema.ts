/** Reads the database of a newer release in memory, as far as this release knows its tables. */
import { StudioError } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'
import { tablesOfFreshSchema } from './expected-schema.ts'
import type { NewerSchema } from './migrate.ts'
import { checkedTables, columnOf, tableOf } from './row-checksums.ts'

/** The reason for a refused write, and the sentence that window and command line show. */
export function newerWorkspace(file: string, { schema, supported }: NewerSchema): StudioError {
  return new StudioError(
    'ReadOnly',
    `${file} was written by a newer DLRM Studio (schema ${schema}; this one supports ${supported}), so it is opened ` +
      'read-only: runs can be viewed, compared, exported and used to predict, but nothing can be changed. Update DLRM ' +
      'Studio to go on working in this workspace.',
    { file },
  )
}

/**
 * Prepares a database in memory whose schema is newer. Throws Unsupported if it lacks something that this release reads,
 * or has a view in its place.
 */
export function adoptNewerSchema(connection: Connection, { schema, supported }: NewerSchema): void {
  const triggers = connection.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
  for (const { name } of triggers) connection.script(`DROP TRIGGER "${name.replaceAll('"', '""')}"`)
  const changed = new Set<string>()
  for (const { table, columns } of tablesOfFreshSchema()) {
    const found = columnsOf(connection, table)
    const missing = columns.filter((column) => !found.includes(column))
    if (missing.length > 0) throw unknownSchema(connection.file, { schema, supported }, table)
    if (found.length > columns.length) changed.add(table)
  }
  // A newer checksum may cover columns that this release does not know, so it says nothing about the row here.
  for (const checked of checkedTables)
    if (changed.has(tableOf(checked)))
      connection.script(`UPDATE ${tableOf(checked)} SET ${columnOf(checked)} = NULL`)
}

/** The ordinary columns of a table; none if there is no such table. */
function columnsOf(connection: Connection, table: string): string[] {
  const isTable = connection.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = :table`, {
    table,
  })
  if (!isTable) return []
  return connection
    .all<{ name: string; hidden: number }>('SELECT name, hidden FROM pragma_table_xinfo(:table)', { table })
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => name)
}

function unknownSchema(file: string, { schema, supported }: NewerSchema, table: string): StudioError {
  return new StudioError(
    'Unsupported',
    `${file} was written by a newer DLRM Studio (schema ${schema}; this one supports ${supported}), and its table ${table} ` +
      'cannot be read any more: update DLRM Studio, or open another workspace.',
    { file },
  )
}
