import type { Connection } from './connection.ts'
import { runKey } from './run-key.ts'
import type { RunAction } from './types.ts'

/** The requests of other processes to a run's owner: pause, resume, stop. */
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

  /** Whether the owner has not taken a request to a run yet. */
  isWaiting(run: string): boolean {
    const asked = `SELECT 1 FROM run_requests WHERE run = (SELECT key FROM runs WHERE id = :run) LIMIT 1`
    return this.#connection.get(asked, { run }) !== undefined
  }

  /** For the owner: the requests to a run since the last call, oldest first. Each request is returned once. */
  take(run: string): RunAction[] {
    const asked = `SELECT action FROM run_requests WHERE run = (SELECT key FROM runs WHERE id = :run)`
    // They are first read without the write lock, because there are usually none.
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
