import { runProfile, type RunProfile } from '../main/contract/runs.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson } from './row-problems.ts'
import { runKey } from './run-key.ts'

/** How a run's training steps spent their time, up to its last epoch or checkpoint. */
export class ProfileTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Throws NotFound. */
  save(run: string, profile: RunProfile): void {
    const key = runKey(this.#connection, run)
    this.#connection.run(
      `INSERT INTO run_profiles (run, profile) VALUES (:run, :profile)
       ON CONFLICT (run) DO UPDATE SET profile = excluded.profile`,
      { run: key, profile: JSON.stringify(profile) },
    )
    seal(this.#connection, 'run_profiles', 'run = :key', { key })
  }

  /** null if nothing was measured. */
  get(run: string): RunProfile | null {
    const sql = `SELECT profile, ${intactColumn('run_profiles')} FROM run_profiles
      WHERE run = (SELECT key FROM runs WHERE id = :run)`
    const row = this.#connection.get<{ profile: string; intact: number }>(sql, { run })
    if (!row) return null
    const what = `The profile of run ${quoted(run)}`
    requireIntact(row, what, this.#connection.file)
    return storedAs(
      runProfile,
      storedJson(row.profile, what, this.#connection.file),
      what,
      this.#connection.file,
    )
  }
}
