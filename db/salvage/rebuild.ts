/** Makes a new database of what can still be read of a damaged one. */
import { rmSync } from 'node:fs'
import type { z } from 'zod'
import { jobTimes } from '../../main/contract/cluster.ts'
import { runProfile } from '../../main/contract/runs.ts'
import { rowChecksum } from '../checksum-function.ts'
import { Connection } from '../connection.ts'
import { tablesOfFreshSchema, type Table } from '../expected-schema.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { readOnlyContent } from '../read-only-content.ts'
import { checkedColumns, checkedTables, columnOf, tableOf } from '../row-checksums.ts'
import type { Value } from '../value.ts'
import { recordsInPages, type FoundRecord } from './records-in-pages.ts'

/** The rows that were kept, by table. */
export type KeptRows = Record<string, number>

/**
 * Reads every record of a damaged database whose checksum shows that it is whole, wherever it is in the file, and writes them
 * to a new database at `to`. A run of which one of two checksums differs is kept as well, for `takeOutDamaged` to judge.
 * Throws DiskFull or Io; there is no new database then.
 */
export function rebuildDatabase(file: string, to: string): KeptRows {
  const connection = new Connection(to)
  try {
    connection.pragma('synchronous = FULL')
    migrate(connection, migrations)
    const tables = tablesOfFreshSchema()
    const kept: KeptRows = {}
    // Rows come in the order of the pages, so a run may come after what belongs to it.
    connection.pragma('foreign_keys = OFF')
    connection.transaction(() => {
      for (const record of recordsInPages(readOnlyContent(file))) {
        // Some tables have columns of the same kinds; then only one of them takes the row.
        const table = tables.find((each) => isRowOf(each, record) && insert(connection, each, record))
        if (table) kept[table.table] = (kept[table.table] ?? 0) + 1
      }
      // These are of the original's insertions.
      connection.script('DELETE FROM run_requests')
    })
    connection.close()
    return kept
  } catch (error) {
    connection.close()
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${to}${ending}`, { force: true })
    throw error
  }
}

/** Two tables have an integer and a JSON document, which differ in the document only. */
const DOCUMENTS: Record<string, z.ZodType> = { run_profiles: runProfile, run_rank_times: jobTimes }

function hasItsDocument(table: string, record: FoundRecord): boolean {
  const schema = DOCUMENTS[table]
  if (!schema) return true
  try {
    return schema.safeParse(JSON.parse(String(record.values[1]))).success
  } catch {
    return false
  }
}

/** By the checksum, which a row of something else has once in four billion times. */
function isRowOf({ table, columns, key, hasKeys }: Table, record: FoundRecord): boolean {
  if (record.values.length !== columns.length || hasKeys !== (record.key !== null)) return false
  if (!hasItsDocument(table, record)) return false
  const value = (column: string): Value =>
    column === key ? record.key : (record.values[columns.indexOf(column)] ?? null)
  return checkedTables.some((checked) => {
    if (tableOf(checked) !== table) return false
    const stored = value(columnOf(checked))
    return stored !== null && stored === rowChecksum(checkedColumns(checked).map(value))
  })
}

/** False if a row with the same key is there already, or the table's constraints refuse it. */
function insert(connection: Connection, { table, columns, key }: Table, record: FoundRecord): boolean {
  const parameters = Object.fromEntries(
    columns.map((column, at): [string, Value] => [
      column,
      column === key ? record.key : (record.values[at] ?? null),
    ]),
  )
  const sql = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`
  try {
    return connection.run(sql, parameters) === 1
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) return false
    throw error
  }
}
