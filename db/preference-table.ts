import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedJson } from './row-problems.ts'

/** Small settings that belong to a workspace, as JSON by key. */
export class PreferenceTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** undefined if it was never set. Throws Corrupt if it is damaged. The reader checks the value's shape. */
  get(key: string): unknown {
    const sql = `SELECT value, ${intactColumn('preferences')} FROM preferences WHERE key = :key`
    const row = this.#connection.get<{ value: string; intact: number }>(sql, { key })
    if (!row) return undefined
    const what = `The setting ${quoted(key)}`
    requireIntact(row, what, this.#connection.file)
    return storedJson(row.value, what, this.#connection.file)
  }

  /** Any JSON value; undefined removes the setting. */
  set(key: string, value: unknown): void {
    if (value === undefined) {
      this.#connection.run('DELETE FROM preferences WHERE key = :key', { key })
      return
    }
    this.#connection.run(
      `INSERT INTO preferences (key, value) VALUES (:key, :value)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      { key, value: JSON.stringify(value) },
    )
    seal(this.#connection, 'preferences', 'key = :key', { key })
  }
}
