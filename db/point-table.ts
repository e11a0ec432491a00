import type { MetricPoint } from '../main/contract/runs.ts'
import type { Connection } from './connection.ts'
import { intact, intactColumn } from './row-checksums.ts'
import { runKey } from './run-key.ts'
import type { NewPoint } from './types.ts'

const MAX_SERIES_LENGTH = 200
/** For a damaged point: its checksum differs, or this program would not have written it. */
const DAMAGED = `(NOT ${intact('metric_points')}
  OR abs(value) > ${Number.MAX_VALUE} OR abs(elapsed_ms) > ${Number.MAX_VALUE}
  OR step NOT BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}
  OR epoch NOT BETWEEN ${Number.MIN_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}
  OR length(series) > ${MAX_SERIES_LENGTH})`

/** Metric points. Every one is kept, numbered from 1 within its run. */
export class PointTable {
  readonly #connection: Connection
  /** Runs whose damaged points were counted, which reads all of them. */
  readonly #counted = new Set<number>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Stores points and returns the new ones with their numbers. A run has one point for a series and step, because a
   * resumed run repeats some steps and measures the same values. Values must be finite.
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

  /** The newest point's number, or 0 if there is none. Throws NotFound. */
  last(run: string): number {
    const key = runKey(this.#connection, run)
    const sql = 'SELECT coalesce(max(sequence), 0) AS sequence FROM metric_points WHERE run = :key'
    return this.#connection.get<{ sequence: number }>(sql, { key })?.sequence ?? 0
  }

  /**
   * At most `limit` points with numbers above `after`, in order. Throws NotFound. Damaged points are left out, and the
   * connection's problems say how many of which run, because one of them must not hide the other thousands.
   */
  after(run: string, after: number, limit: number): MetricPoint[] {
    const key = runKey(this.#connection, run)
    const found: MetricPoint[] = []
    let from = after
    // Damaged points do not count towards the limit, because a shorter answer would mean that there are no more.
    while (found.length < limit) {
      const count = limit - found.length
      const rows = this.#connection.all<MetricPoint & { intact: number }>(
        `SELECT sequence, series, step, epoch, value, elapsed_ms AS elapsedMs, ${intactColumn('metric_points')}
         FROM metric_points
         WHERE run = :key AND sequence > :from ORDER BY sequence LIMIT :count`,
        { key, from, count },
      )
      const usable = rows.filter((row) => row.intact === 1 && isPoint(row))
      for (const { sequence, series, step, epoch, value, elapsedMs } of usable)
        found.push({ sequence, series, step, epoch, value, elapsedMs })
      if (usable.length < rows.length) this.#noteDamaged(run, key)
      const last = rows.at(-1)
      if (!last || rows.length < count) break
      from = last.sequence
    }
    return found
  }

  /**
   * At most `limit` points of a series at even distances from its first step to its last, for a small drawing. However long
   * the run is, no more points than these are read. Damaged ones are left out. Throws NotFound.
   */
  spread(run: string, series: string, limit: number): { step: number; value: number }[] {
    const key = runKey(this.#connection, run)
    return this.#connection
      .all<{ step: number; value: number; intact: number }>(
        `WITH RECURSIVE
           ends AS (SELECT min(step) AS first, max(step) AS last FROM metric_points WHERE run = :key AND series = :series),
           places (place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM places WHERE place + 1 < :limit),
           -- Two places of a short run have one point.
           steps AS (SELECT DISTINCT (
               SELECT step FROM metric_points
               WHERE run = :key AND series = :series AND step >= first + (last - first) * place / (:limit - 1)
               ORDER BY step LIMIT 1) AS at
             FROM ends, places WHERE first IS NOT NULL)
         SELECT step, value, ${intactColumn('metric_points')} FROM steps JOIN metric_points
           ON run = :key AND series = :series AND step = at
         ORDER BY step`,
        { key, series, limit },
      )
      .filter(
        ({ step, value, intact }) => intact === 1 && Number.isSafeInteger(step) && Number.isFinite(value),
      )
      .map(({ step, value }) => ({ step, value }))
  }

  #noteDamaged(run: string, key: number): void {
    if (this.#counted.has(key)) return
    this.#counted.add(key)
    const where = `run = :key AND ${DAMAGED}`
    const damaged = this.#connection.get<{ points: number; first: number; last: number }>(
      `SELECT count(*) AS points, min(step) AS first, max(step) AS last FROM metric_points WHERE ${where}`,
      { key },
    )
    if (damaged) this.#connection.problems.note(damagedPoints(run, damaged))
  }

  /**
   * Deletes up to `limit` of a run's newest points and returns their number. A long run is deleted step by step in this
   * way.
   */
  removeSome(run: string, limit: number): number {
    const key = runKey(this.#connection, run)
    return this.#connection.run(
      `DELETE FROM metric_points WHERE run = :key AND sequence IN
         (SELECT sequence FROM metric_points WHERE run = :key ORDER BY sequence DESC LIMIT :limit)`,
      { key, limit },
    )
  }
}

/** Equivalent to the contract's schema, which would take several times as long for 100,000 points. */
const isPoint = ({ sequence, series, step, epoch, value, elapsedMs }: MetricPoint): boolean =>
  [sequence, step, epoch].every(Number.isSafeInteger) &&
  [value, elapsedMs].every(Number.isFinite) &&
  series.length <= MAX_SERIES_LENGTH

function damagedPoints(
  run: string,
  { points, first, last }: { points: number; first: number; last: number },
): string {
  const what =
    points === 1
      ? `1 point of the metrics of run ${run} (step ${first}) is`
      : `${points} points of the metrics of run ${run} (steps ${first} to ${last}) are`
  return `${what} damaged and left out.`
}
