import { bounded, boundedMessage } from '../main/contract/printable.ts'
import { logLine, type LogLine } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { intactColumn } from './row-checksums.ts'
import { runKey } from './run-key.ts'
import type { NewLine } from './types.ts'

/** The maximum length of a time as text. */
const MAX_TIME_LENGTH = 40

const DAMAGED = { level: 'warning', message: '(This line is damaged in the database.)' } as const

/** The log lines of runs, numbered from 1 within a run. */
export class LogTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  append(run: string, lines: readonly NewLine[]): LogLine[] {
    if (lines.length === 0) return []
    return this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      const first = this.last(run) + 1
      return lines.map(({ at, level, message }, index) => {
        // A message may contain names from files.
        const line = { sequence: first + index, at, level, message: boundedMessage(message) }
        this.#connection.run(
          `INSERT INTO log_lines (run, sequence, at, level, message, checksum)
           VALUES (:key, :sequence, :at, :level, :message, row_checksum(:key, :sequence, :at, :level, :message))`,
          { key, ...line },
        )
        return line
      })
    })
  }

  /** The newest log line's number, or 0 if there is none. Throws NotFound. */
  last(run: string): number {
    const key = runKey(this.#connection, run)
    const sql = 'SELECT coalesce(max(sequence), 0) AS sequence FROM log_lines WHERE run = :key'
    return this.#connection.get<{ sequence: number }>(sql, { key })?.sequence ?? 0
  }

  /** At most `limit` lines with numbers above `after`, in order. Throws NotFound. */
  after(run: string, after: number, limit: number): LogLine[] {
    const key = runKey(this.#connection, run)
    const rows = this.#connection.all<LogLine & { intact: number }>(
      `SELECT sequence, at, level, message, ${intactColumn('log_lines')} FROM log_lines
       WHERE run = :key AND sequence > :after ORDER BY sequence LIMIT :limit`,
      { key, after, limit },
    )
    return rows.map(({ intact, ...line }) => {
      if (intact === 1 && logLine.safeParse(line).success) {
        return { ...line, at: bounded(line.at, MAX_TIME_LENGTH), message: boundedMessage(line.message) }
      }
      this.#connection.problems.note(`Line ${line.sequence} of the log of run ${run} is damaged.`)
      return { ...line, at: bounded(line.at, MAX_TIME_LENGTH), ...DAMAGED }
    })
  }
}
