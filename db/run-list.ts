import { ACTIVE_STATUSES } from '../main/contract/runs.ts'
import { parseRunQuery } from '../main/contract/run-query.ts'
import { newestFirst, type RunPage } from '../main/contract/run-list.ts'
import type { Connection } from './connection.ts'
import { sqlCondition, sqlOrder } from './run-conditions.ts'
import { SHOWN_TAG, SUMMARY_COLUMNS, toRunRow, type StoredSummary } from './run-rows.ts'
import type { FoundRuns, RunChanges, RunRow } from './types.ts'
import { inTrash, trashedIds } from './trash-table.ts'
import { isUsable, unusableRuns } from './unusable-runs.ts'

export const LIVE = `status IN (${ACTIVE_STATUSES.map((status) => `'${status}'`).join(', ')})`
/** Neither damaged nor in the trash. */
const USABLE = 'key NOT IN (SELECT value FROM json_each(:unusable))'
const SUMMARIES = `SELECT ${SUMMARY_COLUMNS} FROM runs`
const KEPT = `NOT ${inTrash('run', 'runs.id')}`
/** Further words by which a run is found: its id, its model and its tags. */
const OTHERS = `id || ' ' || model_name || ' ' ||
  coalesce((SELECT group_concat(${SHOWN_TAG}, ' ') FROM run_tags WHERE run = runs.key), '')`

/**
 * The list of runs. One query answers each question about it. Runs in the trash are in no answer and in no count, and
 * neither are those whose row is damaged; the connection's problems name them.
 */
export class RunList {
  readonly #connection: Connection
  /** The keys of the rows that cannot be used, or null before all rows were checked for the first time. */
  #unusable: Set<number> | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** A page of the runs that match a query, their number, and the number of all runs. Throws InvalidArgument. */
  search({ query, sort, offset, limit }: RunPage): FoundRuns {
    const { sql, parameters } = sqlCondition(parseRunQuery(query))
    const order = sqlOrder(sort)
    return this.#withUsable((unusable) => {
      // Because of the plus SQLite walks an index in the requested order, if there is one, instead of finding each match.
      const rows = this.#connection.allOnce<StoredSummary & { total: number; matching: number }>(
        `WITH matching AS MATERIALIZED (SELECT key FROM runs WHERE ${USABLE} AND ${sql}),
           page AS MATERIALIZED (SELECT key FROM runs WHERE +key IN matching ORDER BY ${order} LIMIT :limit OFFSET :offset)
         SELECT (SELECT count(*) FROM runs WHERE ${USABLE}) AS total, (SELECT count(*) FROM matching) AS matching,
           ${SUMMARY_COLUMNS}
         FROM (SELECT 1) LEFT JOIN runs ON key IN page ORDER BY ${order}`,
        { ...parameters, unusable, limit, offset },
      )
      const [{ total, matching } = { total: 0, matching: 0 }] = rows
      // If there is no run on the page, there is one row, which has only the counts.
      return { total, matching, runs: this.#usableRows(rows.filter(({ key }) => key !== null)) }
    })
  }

  /** The ids of the runs that match a query, in its order; with `among` only of these. Throws InvalidArgument. */
  ids({ query, sort, offset, limit }: RunPage, among: readonly string[] | null = null): string[] {
    const { sql, parameters } = sqlCondition(parseRunQuery(query))
    return this.#connection
      .allOnce<{ id: string }>(
        `SELECT id FROM runs WHERE ${USABLE} AND ${sql}
           AND (:among IS NULL OR id IN (SELECT value FROM json_each(:among)))
         ORDER BY ${sqlOrder(sort)} LIMIT :limit OFFSET :offset`,
        {
          ...parameters,
          limit,
          offset,
          among: among && JSON.stringify(among),
          unusable: this.#unusableKeys(),
        },
      )
      .map(({ id }) => id)
  }

  /**
   * At most `limit` runs whose name, id, model or tags have each word of a text, with their scores. The best one comes first;
   * for an empty text the newest one.
   */
  find(text: string, limit: number): { run: RunRow; score: number }[] {
    if (text.trim() === '') return this.newest(limit).map((run) => ({ run, score: 0 }))
    const exact = this.#find(text, limit, 0)
    // Typing mistakes are considered only if no run has what was typed.
    return exact.length > 0 ? exact : this.#find(text, limit, 1)
  }

  #find(text: string, limit: number, forgiving: number): { run: RunRow; score: number }[] {
    return this.#withUsable((unusable) => {
      const rows = this.#connection.all<StoredSummary & { score: number }>(
        `WITH scored AS MATERIALIZED (
           SELECT key AS found, created_at AS made, name_score(name, ${OTHERS}, :text, :forgiving) AS score
           FROM runs WHERE ${USABLE})
         SELECT score, ${SUMMARY_COLUMNS}
         FROM (SELECT * FROM scored WHERE score > 0 ORDER BY score DESC, made DESC, found DESC LIMIT :limit)
           JOIN runs ON key = found ORDER BY score DESC, created_at DESC, key DESC`,
        { text, limit, forgiving, unusable },
      )
      const runs = this.#usableRows(rows)
      return runs.map((run, index) => ({ run, score: rows[index]?.score ?? 0 }))
    })
  }

  /** The number of runs. */
  count(): number {
    const sql = `SELECT count(*) AS count FROM runs WHERE ${USABLE}`
    return this.#connection.get<{ count: number }>(sql, { unusable: this.#unusableKeys() })?.count ?? 0
  }

  /** At most `limit` runs, the newest one first. */
  newest(limit: number): RunRow[] {
    return this.search({ query: '', sort: newestFirst, offset: 0, limit }).runs
  }

  /** As `newest`, but without counting, so that it reads no more than these runs. */
  latest(limit: number): RunRow[] {
    return this.#read(`${SUMMARIES} WHERE ${KEPT} ORDER BY created_at DESC, key DESC LIMIT :limit`, { limit })
  }

  /** At most `limit` stopped and interrupted runs, the newest one first, and how many there are. */
  resumable(limit: number): { runs: RunRow[]; count: number } {
    const where = `status IN ('stopped', 'interrupted') AND ${KEPT}`
    const order = 'ORDER BY created_at DESC, key DESC LIMIT :limit'
    const counted = this.#connection.get<{ count: number }>(
      `SELECT count(*) AS count FROM runs WHERE ${where}`,
      {},
    )
    return { runs: this.#read(`${SUMMARIES} WHERE ${where} ${order}`, { limit }), count: counted?.count ?? 0 }
  }

  /** Those of the datasets, in their order, on which no run was trained. */
  untrained(datasetIds: readonly string[]): string[] {
    return this.#connection
      .all<{ id: string }>(
        `SELECT value AS id FROM json_each(:ids) WHERE NOT EXISTS
           (SELECT 1 FROM runs WHERE dataset_id = value AND ${KEPT})`,
        { ids: JSON.stringify(datasetIds) },
      )
      .map(({ id }) => id)
  }

  /** The active runs, the newest one first. */
  live(): RunRow[] {
    return this.#read(`${SUMMARIES} WHERE ${LIVE} ORDER BY created_at DESC, key DESC`)
  }

  /** At most `limit` runs that were trained on a dataset, the newest one first. */
  ofDataset(datasetId: string, limit: number): RunRow[] {
    const sql = `${SUMMARIES} WHERE dataset_id = :datasetId AND ${KEPT} ORDER BY created_at DESC, key DESC LIMIT :limit`
    return this.#read(sql, { datasetId, limit })
  }

  /** The number of runs that were trained on a dataset, and how many of them are active. */
  countOfDataset(datasetId: string): { runs: number; live: number } {
    const sql = `SELECT count(*) AS runs, count(*) FILTER (WHERE ${LIVE}) AS live FROM runs
      WHERE dataset_id = :datasetId AND ${USABLE}`
    const parameters = { datasetId, unusable: this.#unusableKeys() }
    return this.#connection.get<{ runs: number; live: number }>(sql, parameters) ?? { runs: 0, live: 0 }
  }

  /** At most `limit` runs of a saved model, the newest one first. */
  ofModel(modelId: string, limit: number): RunRow[] {
    const sql = `${SUMMARIES} WHERE model_id = :modelId AND ${KEPT} ORDER BY created_at DESC, key DESC LIMIT :limit`
    return this.#read(sql, { modelId, limit })
  }

  /** At most `limit` runs that were interrupted after a time, the newest one first. */
  interruptedAfter(time: string, limit: number): RunRow[] {
    const sql = `${SUMMARIES} WHERE status = 'interrupted' AND finished_at > :time AND ${KEPT}
      ORDER BY created_at DESC, key DESC LIMIT :limit`
    return this.#read(sql, { time, limit })
  }

  /** All runs of one name, the newest one first. */
  named(name: string): RunRow[] {
    const sql = `${SUMMARIES} WHERE name = :name AND ${KEPT} ORDER BY created_at DESC, key DESC`
    return this.#read(sql, { name })
  }

  /** The runs that exist among the ids, the newest one first. */
  byId(ids: readonly string[]): RunRow[] {
    const sql = `${SUMMARIES} WHERE id IN (SELECT value FROM json_each(:ids)) AND ${KEPT}
      ORDER BY created_at DESC, key DESC`
    return this.#read(sql, { ids: JSON.stringify(ids) })
  }

  /** The number of the newest change of a run by any process, or 0 if there is none. */
  lastChange(): number {
    const sql = 'SELECT coalesce(max(number), 0) AS number FROM run_changes'
    return this.#connection.get<{ number: number }>(sql)?.number ?? 0
  }

  /**
   * The runs that were changed, added or deleted after a change, or null if there were more than `limit` changes or some of
   * them are no longer stored.
   */
  changesAfter(number: number, limit: number): RunChanges | null {
    const last = this.lastChange()
    if (last - number > limit) return null
    const rows = this.#connection.all<{ id: string }>(
      'SELECT DISTINCT id FROM run_changes WHERE number > :number',
      { number },
    )
    const ids = rows.map(({ id }) => id)
    const there = this.#connection.all<{ id: string }>(
      `SELECT id FROM runs WHERE id IN (SELECT value FROM json_each(:ids)) AND ${KEPT}`,
      { ids: JSON.stringify(ids) },
    )
    const left = new Set(there.map(({ id }) => id))
    return { last, changed: this.byId(ids), removed: ids.filter((id) => !left.has(id)) }
  }

  #read(sql: string, parameters: Record<string, string | number> = {}): RunRow[] {
    const { problems, file } = this.#connection
    return problems.readable(this.#connection.all<StoredSummary>(sql, parameters), (row) =>
      toRunRow(row, file),
    )
  }

  /**
   * Runs a query with the keys of the rows that cannot be used. If the query finds another such row it is repeated, because
   * a row can be damaged at any time and must not be counted.
   */
  #withUsable<Result>(work: (unusable: string) => Result): Result {
    for (;;) {
      const unusable = this.#unusableKeys()
      const result = work(unusable)
      if (unusable === this.#leftOut()) return result
    }
  }

  #usableRows(rows: readonly StoredSummary[]): RunRow[] {
    const usable = rows.filter((row) => {
      if (isUsable(row, this.#connection)) return true
      this.#unusable?.add(row.key)
      return false
    })
    return usable.map((row) => toRunRow(row, this.#connection.file))
  }

  /**
   * The keys of what lists leave out, as JSON. All rows are checked once, and unusable ones again each time, because their keys may belong to other
   * runs by now.
   */
  #unusableKeys(): string {
    if (this.#unusable === null) {
      this.#unusable = new Set(Array.from(unusableRuns(this.#connection), ({ key }) => key))
    } else if (this.#unusable.size > 0) {
      const known = JSON.stringify([...this.#unusable])
      const rows = this.#connection.all<StoredSummary>(
        `${SUMMARIES} WHERE key IN (SELECT value FROM json_each(:known))`,
        { known },
      )
      this.#unusable = new Set(rows.filter((row) => !isUsable(row, this.#connection)).map(({ key }) => key))
    }
    return this.#leftOut()
  }

  /** The keys of the runs that cannot be used or are in the trash, as JSON. */
  #leftOut(): string {
    const trashed = this.#connection.all<{ key: number }>(
      'SELECT key FROM runs WHERE id IN (SELECT value FROM json_each(:ids))',
      { ids: JSON.stringify(trashedIds(this.#connection, 'run')) },
    )
    return JSON.stringify([...(this.#unusable ?? []), ...trashed.map(({ key }) => key)])
  }
}
