import { jobTimes, type JobTimes } from '../main/contract/cluster.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson } from './row-problems.ts'
import { runKey } from './run-key.ts'

/** What the ranks of a run have measured when it last trained with ranks. */
export class RankTimesTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Comes every few seconds, so a power cut may lose the last ones. Throws NotFound. */
  save(run: string, times: JobTimes): void {
    this.#connection.quickTransaction(() => {
      const key = runKey(this.#connection, run)
      this.#connection.run(
        `INSERT INTO run_rank_times (run, times) VALUES (:run, :times)
         ON CONFLICT (run) DO UPDATE SET times = excluded.times`,
        { run: key, times: JSON.stringify(times) },
      )
      seal(this.#connection, 'run_rank_times', 'run = :key', { key })
    })
  }

  /** null if nothing was measured. */
  get(run: string): JobTimes | null {
    const { file } = this.#connection
    const sql = `SELECT times, ${intactColumn('run_rank_times')} FROM run_rank_times
      WHERE run = (SELECT key FROM runs WHERE id = :run)`
    const row = this.#connection.get<{ times: string; intact: number }>(sql, { run })
    if (!row) return null
    const what = `What the ranks of run ${quoted(run)} measured`
    requireIntact(row, what, file)
    return storedAs(jobTimes, storedJson(row.times, what, file), what, file)
  }
}
