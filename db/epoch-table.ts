import { quoted } from '../main/contract/printable.ts'
import { epochResult, type EpochResult } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { requireIntact, seal, intactColumn } from './row-checksums.ts'
import { storedAs, storedJson, unusable } from './row-problems.ts'
import { runKey } from './run-key.ts'
import { bestMetricsAfter } from './best-metrics.ts'
import { SUMMARY_COLUMNS, toRunRow, type StoredSummary } from './run-rows.ts'

/** Finished epochs, and their effect on the best metrics of their run. */
export class EpochTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Stores an epoch's result, replaces an earlier one of the same number, and updates the run's best and last metrics.
   */
  save(run: string, result: EpochResult): void {
    this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      this.#connection.run(
        `INSERT INTO epochs (run, epoch, result) VALUES (:key, :epoch, :result)
         ON CONFLICT (run, epoch) DO UPDATE SET result = excluded.result`,
        { key, epoch: result.epoch, result: JSON.stringify(result) },
      )
      seal(this.#connection, 'epochs', 'run = :key AND epoch = :epoch', { key, epoch: result.epoch })
      const row = this.#connection.get<StoredSummary>(
        `SELECT ${SUMMARY_COLUMNS} FROM runs WHERE key = :key`,
        { key },
      )
      const bestMetrics = bestMetricsAfter(toRunRow(row as StoredSummary, this.#connection.file), result)
      this.#connection.run(
        `UPDATE runs SET best_metric = :bestMetric, best = :best, best_epoch = :bestEpoch, last = :last,
           test_auc = :testAuc WHERE key = :key`,
        { key, ...bestMetrics },
      )
      seal(this.#connection, 'runs', 'key = :key', { key })
    })
  }

  /** How many have finished, including damaged ones. None of their results is read. Throws NotFound. */
  count(run: string): number {
    const key = runKey(this.#connection, run)
    const sql = 'SELECT count(*) AS epochs FROM epochs WHERE run = :key'
    return this.#connection.get<{ epochs: number }>(sql, { key })?.epochs ?? 0
  }

  /** In order. Damaged ones are left out, and the connection's problems name them. Throws NotFound. */
  list(run: string): EpochResult[] {
    const key = runKey(this.#connection, run)
    const sql = `SELECT epoch, result, ${intactColumn('epochs')} FROM epochs WHERE run = :key ORDER BY epoch`
    const rows = this.#connection.all<{ epoch: number; result: string; intact: number }>(sql, { key })
    const { problems, file } = this.#connection
    return problems.readable(rows, (row) => {
      const what = `Epoch ${row.epoch} of run ${quoted(run)}`
      requireIntact(row, what, file)
      const result = storedAs(epochResult, storedJson(row.result, what, file), what, file)
      if (result.epoch === row.epoch) return result
      throw unusable(what, `its content is that of epoch ${result.epoch}`, file)
    })
  }
}
