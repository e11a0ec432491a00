import type { MetricPoint } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { requireSound, soundColumn } from './row-checksums.ts'
import { runKey } from './run-key.ts'
import type { NewPoint } from './types.ts'

/** Metric points. Every one is kept, numbered from 1 within its run. */
export class PointTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Stores points and returns those that were new, numbered. A run has one point of a series and step: a resumed run
   * comes by some steps again and measures the same values there. Values must be finite.
   */
  append(run: string, points: readonly NewPoint[]): MetricPoint[] {
    if (points.length === 0) return []
    return this.#connection.transaction(() => {
      const key = runKey(this.#connection, run)
      let sequence = this.last(run) + 1
      const stored: MetricPoint[] = []
      for (const { series, step, epoch, value, elapsedMs } of points) {
        const added = this.#connection.run(
          `INSERT INTO metric_points (run, sequence, series, step, epoch, value, elapsed_ms, checksum)
           VALUES (:key, :sequence, :series, :step, :epoch, :value, :elapsedMs,
             row_checksum(:key, :sequence, :series, :step, :epoch, :value, :elapsedMs))
           ON CONFLICT (run, series, step) DO NOTHING`,
          { key, sequence, series, step, epoch, value, elapsedMs },
        )
        if (added === 1) stored.push({ sequence: sequence++, series, step, epoch, value, elapsedMs })
      }
      return stored
    })
  }

  /** The newest point's number, 0 where there is none. Throws NotFound. */
  last(run: string): number {
    const key = runKey(this.#connection, run)
    const sql = 'SELECT coalesce(max(sequence), 0) AS sequence FROM metric_points WHERE run = :key'
    return this.#connection.get<{ sequence: number }>(sql, { key })?.sequence ?? 0
  }

  /** Points numbered above `after`, at most `limit`, in order. Throws NotFound, or Corrupt where one is damaged. */
  after(run: string, after: number, limit: number): MetricPoint[] {
    const key = runKey(this.#connection, run)
    const rows = this.#connection.all<MetricPoint & { sound: number }>(
      `SELECT sequence, series, step, epoch, value, elapsed_ms AS elapsedMs, ${soundColumn('metric_points')}
       FROM metric_points
       WHERE run = :key AND sequence > :after ORDER BY sequence LIMIT :limit`,
      { key, after, limit },
    )
    return rows.map(({ sound, ...point }) => {
      requireSound(
        { sound },
        `Point ${point.sequence} (${point.series}) of run ${run}`,
        this.#connection.file,
      )
      return point
    })
  }

  /** Deletes up to `limit` of a run's newest points; how many there were. For deleting a long run piece by piece. */
  removeSome(run: string, limit: number): number {
    const key = runKey(this.#connection, run)
    return this.#connection.run(
      `DELETE FROM metric_points WHERE run = :key AND sequence IN
         (SELECT sequence FROM metric_points WHERE run = :key ORDER BY sequence DESC LIMIT :limit)`,
      { key, limit },
    )
  }
}
