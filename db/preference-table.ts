import type { Connection } from './connection.ts'

/** Small settings that belong to a workspace, as JSON by key. */
export class PreferenceTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** undefined where it was never set; the reader checks the value's shape. */
  get(key: string): unknown {
    const row = this.#connection.get<{ value: string }>('SELECT value FROM preferences WHERE key = :key', {
      key,
    })
    return row && JSON.parse(row.value)
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
  }
}
