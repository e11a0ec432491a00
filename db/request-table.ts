import type { Connection } from './connection.ts'
import { runKey } from './run-key.ts'
import type { RunAction } from './types.ts'

/** What other processes ask of a run's owner: pause, resume, stop. */
export class RequestTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Throws NotFound. */
  ask(run: string, action: RunAction): void {
    this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      this.#connection.run('INSERT INTO run_requests (run, action, asked_at) VALUES (:key, :action, :now)', {
        key,
        action,
        now: new Date().toISOString(),
      })
    })
  }

  /** For the owner: what was asked of a run since the last call, oldest first. Each request is handed out once. */
  take(run: string): RunAction[] {
    const asked = `SELECT action FROM run_requests WHERE run = (SELECT key FROM runs WHERE id = :run)`
    // Looked at first without the write lock, because there is mostly nothing.
    if (!this.#connection.get(asked, { run })) return []
    return this.#connection.transaction(() => {
      const actions = this.#connection.all<{ action: RunAction }>(`${asked} ORDER BY number`, { run })
      this.#connection.run('DELETE FROM run_requests WHERE run = (SELECT key FROM runs WHERE id = :run)', {
        run,
      })
      return actions.map(({ action }) => action)
    })
  }
}
