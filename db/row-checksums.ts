/**
 * A checksum over each row's content, because SQLite detects a damaged page only if its structure suffers, and never a
 * flipped bit in a number. It is written with the row and compared whenever the row is read. A migration added it to
 * rows of former versions; a row without one is accepted as it is.
 */
import type { Connection, Parameters } from './connection.ts'
import { unusable } from './row-problems.ts'

/**
 * The columns that each checksum covers. Owner, heartbeat and progress of a run change all the time and end with it.
 */
const CHECKED = {
  runs: [
    'key',
    'id',
    'name',
    'status',
    'best_metric',
    'notes',
    'created_at',
    'started_at',
    'finished_at',
    'duration_ms',
    'steps',
    'samples_per_second',
    'best',
    'best_epoch',
    'last',
    'test_auc',
    'error',
    'dataset_id',
    'dataset_hash',
    'parameters',
    'initial_parameters',
    'model_id',
  ],
  /** Separate, because they are long and the rest of a run changes often. */
  'runs.documents': ['key', 'model_name', 'dataset_name', 'model', 'config', 'environment'],
  epochs: ['run', 'epoch', 'result'],
  checkpoints: ['id', 'run', 'step', 'epoch', 'kind', 'path', 'bytes', 'sha256', 'created_at'],
  metric_points: ['run', 'sequence', 'series', 'step', 'epoch', 'value', 'elapsed_ms'],
  log_lines: ['run', 'sequence', 'at', 'level', 'message'],
  models: ['id', 'name', 'updated_at', 'document', 'edits_done'],
  model_edits: ['model', 'number', 'name', 'made_at', 'forward', 'backward'],
  model_versions: ['id', 'model', 'name', 'created_at', 'document'],
  benchmarks: ['id', 'created_at', 'origin', 'machine', 'report'],
  preferences: ['key', 'value'],
  run_profiles: ['run', 'profile'],
  run_tags: ['run', 'tag'],
  run_rank_times: ['run', 'times'],
  trashed: ['kind', 'id', 'deleted_at'],
} as const

export type Checked = keyof typeof CHECKED

export const checkedTables = Object.keys(CHECKED) as Checked[]

/** The columns that a checksum covers, in its order. */
export const checkedColumns = (checked: Checked): readonly string[] => CHECKED[checked]

/** The table that a checksum is of. */
export const tableOf = (checked: Checked): string => checked.split('.')[0] ?? checked
/** The column that has a checksum. */
export const columnOf = (checked: Checked): string =>
  checked === 'runs.documents' ? 'documents_checksum' : 'checksum'
const valueOf = (checked: Checked): string => `row_checksum(${CHECKED[checked].join(', ')})`

/** For a SELECT: whether the row is what was written, 1 or 0. */
export const intact = (checked: Checked): string =>
  `(${columnOf(checked)} IS NULL OR ${columnOf(checked)} = ${valueOf(checked)})`

/** For a SELECT, with the name `intact`. */
export const intactColumn = (checked: Checked): string => `${intact(checked)} AS intact`

/** For a SELECT: a column's text, or a word instead of it if the row is damaged. */
export const ifIntact = (checked: Checked, column: string): string =>
  `iif(${intact(checked)}, ${column}, '(damaged)')`

/** Writes the checksum of rows that were just changed. `where` is a condition on their keys. */
export function seal(connection: Connection, checked: Checked, where: string, parameters: Parameters): void {
  const sql = `UPDATE ${tableOf(checked)} SET ${columnOf(checked)} = ${valueOf(checked)} WHERE ${where}`
  connection.run(sql, parameters)
}

/** Throws Corrupt for a row that is not what was written. */
export function requireIntact(row: { intact: number }, what: string, file: string): void {
  if (row.intact === 1) return
  throw unusable(what, 'it is damaged (its checksum differs)', file)
}

/** The tables that have damaged rows, with their number. Reads every row. */
export function damagedRows(connection: Connection): { table: string; rows: number }[] {
  return checkedTables.flatMap((checked) => {
    const sql = `SELECT count(*) AS rows FROM ${tableOf(checked)} WHERE NOT ${intact(checked)}`
    const rows = connection.get<{ rows: number }>(sql)?.rows ?? 0
    return rows > 0 ? [{ table: tableOf(checked), rows }] : []
  })
}
