import type { Connection } from './connection.ts'
import { ifIntact } from './row-checksums.ts'
import { runKey } from './run-key.ts'

/** The tags that users give to runs. */
export class TagTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Replaces a run's tags; repeated ones count once. Throws NotFound. */
  replace(run: string, tags: readonly string[]): void {
    this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      this.#connection.run('DELETE FROM run_tags WHERE run = :key', { key })
      for (const tag of new Set(tags)) {
        this.#connection.run(
          'INSERT INTO run_tags (run, tag, checksum) VALUES (:key, :tag, row_checksum(:key, :tag))',
          { key, tag },
        )
      }
    })
  }

  /** Every tag in use, in alphabetical order. */
  all(): string[] {
    return this.#connection
      .all<{ tag: string }>(`SELECT DISTINCT ${ifIntact('run_tags', 'tag')} AS tag FROM run_tags ORDER BY 1`)
      .map(({ tag }) => tag)
  }
}
