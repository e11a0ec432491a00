import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import { checkpointInfo, checkpointPath, type CheckpointInfo } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { runKey } from './run-key.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, unusable } from './row-problems.ts'
import type { CheckpointChange, NewCheckpoint } from './types.ts'

/** The checkpoints in the workspace's checkpoints folder. */
export class CheckpointTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Stores a saved checkpoint and deletes removed ones. A former best one that stays becomes a kept one. */
  save(run: string, { saved, removed }: CheckpointChange): void {
    this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      for (const path of removed) {
        this.#connection.run('DELETE FROM checkpoints WHERE run = :key AND path = :path', { key, path })
      }
      if (saved.kind === 'best') {
        const sql = `UPDATE checkpoints SET kind = 'kept' WHERE run = :key AND kind = 'best'`
        if (this.#connection.run(sql, { key }) > 0)
          seal(this.#connection, 'checkpoints', `run = :key AND kind = 'kept'`, { key })
      }
      this.#connection.run(
        `INSERT INTO checkpoints (run, step, epoch, kind, path, bytes, sha256, created_at)
         VALUES (:key, :step, :epoch, :kind, :path, :bytes, :sha256, :createdAt)
         ON CONFLICT (run, path) DO UPDATE SET step = excluded.step, epoch = excluded.epoch, kind = excluded.kind,
           bytes = excluded.bytes, sha256 = excluded.sha256, created_at = excluded.created_at`,
        { key, ...saved },
      )
      seal(this.#connection, 'checkpoints', 'run = :key AND path = :path', { key, path: saved.path })
    })
  }

  /**
   * Makes these the run's checkpoints, after its owner died between changing files and storing that. Throws NotFound.
   */
  replaceAll(run: string, checkpoints: readonly NewCheckpoint[]): void {
    this.#connection.transaction(() => {
      this.#connection.run('DELETE FROM checkpoints WHERE run = :key', { key: runKey(this.#connection, run) })
      for (const saved of checkpoints) this.save(run, { saved, removed: [] })
    })
  }

  /** By step. Rows that are damaged or name another file than the step's own are left out. Throws NotFound. */
  list(run: string): CheckpointInfo[] {
    const key = runKey(this.#connection, run)
    const rows = this.#connection.all<CheckpointInfo & { intact: number }>(
      `SELECT id, step, epoch, kind, path, bytes, sha256, created_at AS createdAt, ${intactColumn('checkpoints')} FROM checkpoints
       WHERE run = :key ORDER BY step, id`,
      { key },
    )
    const { problems, file } = this.#connection
    return problems.readable(rows, ({ intact, ...row }) => {
      const what = `Checkpoint ${row.id} of run ${quoted(run)}`
      requireIntact({ intact }, what, file)
      storedAs(checkpointInfo, row, what, file)
      if (isPlainName(run) && row.path === checkpointPath(run, row.step)) return row
      throw unusable(what, `its file ${quoted(row.path)} is not the one of step ${row.step}`, file)
    })
  }
}
