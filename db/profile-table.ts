import type { RunProfile } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { runKey } from './run-key.ts'

/** Where the time of a run's training steps went, up to its last epoch or checkpoint. */
export class ProfileTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Throws NotFound. */
  save(run: string, profile: RunProfile): void {
    this.#connection.run(
      `INSERT INTO run_profiles (run, profile) VALUES (:run, :profile)
       ON CONFLICT (run) DO UPDATE SET profile = excluded.profile`,
      { run: runKey(this.#connection, run), profile: JSON.stringify(profile) },
    )
  }

  /** null where nothing was counted. */
  get(run: string): RunProfile | null {
    const sql = 'SELECT profile FROM run_profiles WHERE run = (SELECT key FROM runs WHERE id = :run)'
    const row = this.#connection.get<{ profile: string }>(sql, { run })
    return row ? (JSON.parse(row.profile) as RunProfile) : null
  }
}
