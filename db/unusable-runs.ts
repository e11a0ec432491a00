/** Rows of runs that cannot be used. They are in no list and can only be deleted. */
import { toErrorData } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'
import { SUMMARY_COLUMNS, toRunRow, type StoredSummary } from './run-rows.ts'

/** The number of rows that are checked at once. */
const CHUNK = 500

/** Reads all rows and names the unusable ones among the connection's problems. */
export function* unusableRuns(connection: Connection): Generator<StoredSummary> {
  for (let key: number | undefined = Number.MIN_SAFE_INTEGER; key !== undefined;) {
    const rows: StoredSummary[] = connection.all<StoredSummary>(
      `SELECT ${SUMMARY_COLUMNS} FROM runs WHERE key > :key ORDER BY key LIMIT ${CHUNK}`,
      { key },
    )
    yield* rows.filter((row) => !isUsable(row, connection))
    key = rows.at(-1)?.key
  }
}

/** Whether a row can be used. An unusable one is named among the connection's problems. */
export function isUsable(row: StoredSummary, { file, problems }: Connection): boolean {
  try {
    toRunRow(row, file)
    return true
  } catch (error) {
    const { code, message } = toErrorData(error)
    if (code !== 'Corrupt') throw error
    problems.note(message)
    return false
  }
}
