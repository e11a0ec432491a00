/** Takes the rows out of a database that cannot be used, so that everything in it can. */
import type { Connection } from './connection.ts'
import { checkedTables, intact, seal, tableOf } from './row-checksums.ts'
import { RECORD_COLUMNS, toRunRecord, type StoredRun } from './run-rows.ts'
import type { Value } from './value.ts'
import { toErrorData } from '../main/contract/errors.ts'

/** A row as it was found. */
export interface DamagedRow {
  table: string
  why: string
  row: Record<string, Value>
}

export interface RowRepair {
  taken: DamagedRow[]
  /** The ids of runs whose row was damaged and is kept, with a note. */
  kept: string[]
}

const OF_RUNS = [
  'epochs',
  'checkpoints',
  'metric_points',
  'log_lines',
  'run_tags',
  'run_profiles',
  'run_rank_times',
  'run_requests',
]
const OF_MODELS = ['model_edits', 'model_versions']
const DIFFERS = 'its checksum differs'

/**
 * A run's row is kept if everything in it still has its form, with a note, because its epochs and checkpoints belong to it; a
 * number or a name in it may be wrong. Any other damaged row is taken out, and so is what belongs to no run or model. `store`
 * gets the rows before they are removed, and must have stored them when it returns.
 */
export function takeOutDamaged(connection: Connection, store: (rows: DamagedRow[]) => void): RowRepair {
  return connection.transaction(() => {
    const taken: DamagedRow[] = []
    const take = (
      table: string,
      where: string,
      why: string,
      parameters: Record<string, Value> = {},
    ): void => {
      const rows = connection.all<Record<string, Value>>(`SELECT * FROM ${table} WHERE ${where}`, parameters)
      for (const row of rows) taken.push({ table, why, row })
    }
    const kept: string[] = []
    const gone: number[] = []
    for (const { key, id } of connection.all<{ key: number; id: string }>('SELECT key, id FROM runs')) {
      const why = whyUnusable(connection, key)
      if (why === null) continue
      take('runs', 'key = :key', why, { key })
      if (why === DIFFERS && keepWithNote(connection, key)) kept.push(id)
      else {
        for (const table of OF_RUNS) take(table, 'run = :key', 'its run cannot be used', { key })
        gone.push(key)
      }
    }
    const others = checkedTables.filter((checked) => tableOf(checked) !== 'runs')
    for (const checked of others) take(tableOf(checked), `NOT ${intact(checked)}`, DIFFERS)
    const dangling = [
      ...OF_RUNS.map((table) => ({
        table,
        where: 'run NOT IN (SELECT key FROM runs)',
        why: 'it belongs to no run',
      })),
      ...OF_MODELS.map((table) => ({
        table,
        where: 'model NOT IN (SELECT id FROM models)',
        why: 'it belongs to no model',
      })),
    ]
    for (const { table, where, why } of dangling) take(table, where, why)
    if (taken.length === 0) return { taken, kept }
    store(taken)
    for (const key of gone) connection.run('DELETE FROM runs WHERE key = :key', { key })
    for (const checked of others)
      connection.run(`DELETE FROM ${tableOf(checked)} WHERE NOT ${intact(checked)}`)
    for (const { table, where } of dangling) connection.run(`DELETE FROM ${table} WHERE ${where}`)
    return { taken, kept }
  })
}

/** null for a run that can be used. */
function whyUnusable(connection: Connection, key: number): string | null {
  const row = connection.get<StoredRun>(`SELECT ${RECORD_COLUMNS} FROM runs WHERE key = :key`, { key })
  if (!row) return null
  if (row.intact !== 1 || row.documents_intact !== 1) return DIFFERS
  try {
    toRunRecord(row, connection.file)
    return null
  } catch (error) {
    return toErrorData(error).message
  }
}

/** Seals a run's row as it is. Returns false, with the row as it was, if it cannot be used even so. */
function keepWithNote(connection: Connection, key: number): boolean {
  const before = connection.get<Record<string, Value>>('SELECT * FROM runs WHERE key = :key', { key })
  const day = new Date().toISOString().slice(0, 10)
  const note = `Its row in the database was damaged, and was repaired on ${day}: a name, a setting or a number of this run may be wrong.`
  connection.run(
    `UPDATE runs SET notes = CASE WHEN notes = '' THEN :note ELSE notes || char(10) || :note END WHERE key = :key`,
    { key, note },
  )
  seal(connection, 'runs', 'key = :key', { key })
  seal(connection, 'runs.documents', 'key = :key', { key })
  if (whyUnusable(connection, key) === null) return true
  const { notes = '', checksum = null, documents_checksum: documents = null } = before ?? {}
  connection.run(
    'UPDATE runs SET notes = :notes, checksum = :checksum, documents_checksum = :documents WHERE key = :key',
    { key, notes, checksum, documents },
  )
  return false
}
