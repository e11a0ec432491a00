import { StudioError } from '../main/contract/errors.ts'
import type { TrainingConfig } from '../main/contract/training.ts'
import type { Computation } from '../main/contract/runs.ts'
import { isPlainName } from '../main/contract/plain-name.ts'
import { quoted } from '../main/contract/printable.ts'
import type { Connection } from './connection.ts'
import { freeId } from './dated-id.ts'
import { seal } from './row-checksums.ts'
import { runKey } from './run-key.ts'
import { LIVE } from './run-list.ts'
import {
  RECORD_COLUMNS,
  SUMMARY_COLUMNS,
  ownerOf,
  toRunRecord,
  toRunRow,
  type StoredRun,
  type StoredSummary,
} from './run-rows.ts'
import type { NewRun, RunEnd, RunPatch, RunRecord, RunRow } from './types.ts'
import { inTrash, requireKept } from './trash-table.ts'
import { unusableRuns } from './unusable-runs.ts'
import type { ProcessIdentity } from '../main/platform/process-identity.ts'
import type { Value } from './value.ts'

/** A row that can only be deleted. The owner is null if no process of this program can have it. */
export interface UnusableRun {
  key: number
  owner: ProcessIdentity | null
  heartbeatAt: string | null
}

/** In the form in which messages show it in quotes. */
const shownId = (id: string): string => quoted(id).slice(1, -1)

/** Runs: their owners, states and ends. */
export class RunTable {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Stores a run as `starting`; its id is r-<date>-<four letters>, so that ids sort by day. A run whose row was lost keeps
   * its id with `former`.
   */
  create(run: NewRun, former?: { id: string; createdAt: string }): RunRecord {
    return this.#connection.transaction(() => {
      const createdAt = former?.createdAt ?? new Date().toISOString()
      const id = former?.id ?? freeId(this.#connection, { table: 'runs', prefix: 'r', createdAt })
      this.#connection.run(
        `INSERT INTO runs (id, name, status, model_name, model_id, model, config, environment, dataset_id, dataset_name,
           dataset_hash, parameters, initial_parameters, best_metric, owner_pid, owner_started_at, owner_host, heartbeat_at, created_at)
         VALUES (:id, :name, 'starting', :modelName, :modelId, :model, :config, :environment, :datasetId, :datasetName,
           :datasetHash, :parameters, :initialParameters, :bestMetric, :pid, :startedAt, :host, :createdAt, :createdAt)`,
        {
          id,
          createdAt,
          name: run.name,
          modelName: run.model.name,
          modelId: run.modelId ?? null,
          model: JSON.stringify(run.model),
          config: JSON.stringify(run.config),
          environment: JSON.stringify(run.environment),
          datasetId: run.datasetId,
          datasetName: run.datasetName,
          datasetHash: run.datasetHash,
          parameters: run.parameters,
          initialParameters: run.initialParameters ?? null,
          bestMetric: run.config.bestMetric,
          ...run.owner,
        },
      )
      this.#seal(id)
      seal(this.#connection, 'runs.documents', 'id = :id', { id })
      return this.get(id)
    })
  }

  /** Called after each change of what a run's checksum covers. */
  #seal(id: string): void {
    seal(this.#connection, 'runs', 'id = :id', { id })
  }

  /** Throws NotFound, also for a run in the trash. */
  row(id: string): RunRow {
    requireKept(this.#connection, id)
    return this.anyRow(id)
  }

  /** Like `row`, for a run that may be in the trash. Throws NotFound. */
  anyRow(id: string): RunRow {
    runKey(this.#connection, id)
    const row = this.#connection.get<StoredSummary>(`SELECT ${SUMMARY_COLUMNS} FROM runs WHERE id = :id`, {
      id,
    })
    return toRunRow(row as StoredSummary, this.#connection.file)
  }

  /** With model, settings and environment. Throws NotFound, also for a run in the trash. */
  get(id: string): RunRecord {
    requireKept(this.#connection, id)
    runKey(this.#connection, id)
    const sql = `SELECT ${RECORD_COLUMNS} FROM runs WHERE id = :id`
    return toRunRecord(this.#connection.get<StoredRun>(sql, { id }) as StoredRun, this.#connection.file)
  }

  /** The ids of all runs, those in the trash and those that cannot be used included. */
  ids(): string[] {
    return this.#connection.all<{ id: string }>('SELECT id FROM runs').map(({ id }) => id)
  }

  /** Throws NotFound. */
  patch(id: string, patch: RunPatch): void {
    this.#connection.transaction(() => this.#patch(id, patch))
  }

  #patch(id: string, { progress, computation, ...plain }: RunPatch): void {
    if (computation) this.#setComputation(id, computation)
    const columns: Record<string, Value | undefined> = {
      name: plain.name,
      notes: plain.notes,
      status: plain.status,
      started_at: plain.startedAt,
      duration_ms: plain.durationMs,
      steps: plain.steps,
      samples_per_second: plain.samplesPerSecond,
      progress: progress ? JSON.stringify(progress) : progress,
    }
    const changed = Object.entries(columns).filter(
      (entry): entry is [string, Value] => entry[1] !== undefined,
    )
    runKey(this.#connection, id)
    if (changed.length === 0) return
    const assignments = changed.map(([column]) => `${column} = :${column}`).join(', ')
    this.#connection.run(`UPDATE runs SET ${assignments} WHERE id = :id`, {
      ...Object.fromEntries(changed),
      id,
    })
    this.#seal(id)
  }

  #setComputation(id: string, computation: Computation): void {
    const sql = `UPDATE runs SET environment = json_set(environment, '$.computation', json(:computation)) WHERE id = :id`
    this.#connection.run(sql, { id, computation: JSON.stringify(computation) })
    seal(this.#connection, 'runs.documents', 'id = :id', { id })
  }

  #setConfig(id: string, config: TrainingConfig): void {
    this.#connection.run('UPDATE runs SET config = :config WHERE id = :id', {
      id,
      config: JSON.stringify(config),
    })
    seal(this.#connection, 'runs.documents', 'id = :id', { id })
  }

  /** Ends a live run and releases it; false if it has already ended. */
  end(id: string, { status, error }: RunEnd): boolean {
    const sql = `UPDATE runs SET status = :status, error = :error, finished_at = :now, progress = NULL,
        owner_pid = NULL, owner_started_at = NULL, owner_host = NULL, heartbeat_at = NULL
      WHERE id = :id AND ${LIVE}`
    const parameters = { id, status, error: error && JSON.stringify(error), now: new Date().toISOString() }
    return this.#connection.transaction(() => {
      const ended = this.#connection.run(sql, parameters) === 1
      if (ended) this.#seal(id)
      return ended
    })
  }

  /**
   * Takes over a run that is stopped, interrupted or failed and makes it `starting` again. If several processes try at
   * once, only one gets true. Requests to the former owner are deleted. `config` replaces the settings with which the run
   * was trained until now.
   */
  claim(id: string, owner: ProcessIdentity, config?: TrainingConfig): boolean {
    const forget = 'DELETE FROM run_requests WHERE run = (SELECT key FROM runs WHERE id = :id)'
    const sql = `UPDATE runs SET status = 'starting', error = NULL, finished_at = NULL,
        owner_pid = :pid, owner_started_at = :startedAt, owner_host = :host, heartbeat_at = :now
      WHERE id = :id AND status IN ('stopped', 'interrupted', 'failed') AND NOT ${inTrash('run', 'runs.id')}`
    return this.#connection.transaction(() => {
      const claimed = this.#connection.run(sql, { ...owner, id, now: new Date().toISOString() }) === 1
      if (claimed) {
        this.#connection.run(forget, { id })
        this.#seal(id)
        if (config) this.#setConfig(id, config)
      }
      return claimed
    })
  }

  /** Records for all runs of this process that it still lives. Call it every 10 seconds. */
  heartbeat(owner: ProcessIdentity): void {
    const sql = `UPDATE runs SET heartbeat_at = :now WHERE owner_pid = :pid AND owner_host = :host
      AND owner_started_at IS :startedAt`
    this.#connection.run(sql, { ...owner, now: new Date().toISOString() })
  }

  /** Makes live runs of dead owners `interrupted` and returns their ids. */
  reconcileDeadOwners(isAlive: (owner: ProcessIdentity, heartbeatAt: string | null) => boolean): string[] {
    const { problems, file } = this.#connection
    const rows = this.#connection.all<StoredSummary>(`SELECT ${SUMMARY_COLUMNS} FROM runs WHERE ${LIVE}`)
    const live = problems.readable(rows, (row) => toRunRow(row, file))
    const dead = live.filter(({ owner, heartbeatAt }) => owner && !isAlive(owner, heartbeatAt))
    if (dead.length === 0) return []
    return this.#connection.transaction(() =>
      dead.flatMap(({ id, owner }) => {
        // The run was read without the lock, so it may have ended or got a new owner since.
        const now = this.row(id)
        const same = now.owner?.pid === owner?.pid && now.owner?.startedAt === owner?.startedAt
        return same && this.end(id, { status: 'interrupted', error: null }) ? [id] : []
      }),
    )
  }

  /**
   * A row that cannot be read, by its id as it is stored or as a message shows it; null if the run can be read or does
   * not exist. A row may be damaged, or its id may be one that cannot be typed.
   */
  unusable(id: string): UnusableRun | null {
    for (const row of unusableRuns(this.#connection)) {
      if (row.id !== id && shownId(row.id) !== id) continue
      return {
        key: row.key,
        heartbeatAt: row.heartbeat_at,
        owner: isPlainName(row.id) ? ownerOf(row) : null,
      }
    }
    return null
  }

  /** Deletes an unusable row and all rows that belong to it, by the key from `unusable`. */
  discard(key: number): void {
    this.#connection.run('DELETE FROM runs WHERE key = :key', { key })
  }

  /** Deletes an ended run's row and everything that belongs to it for good. Throws InvalidState while it lives. */
  remove(id: string): void {
    this.#connection.transaction(() => {
      const { status } = this.anyRow(id)
      if (this.#connection.run(`DELETE FROM runs WHERE id = :id AND NOT ${LIVE}`, { id }) === 0) {
        throw new StudioError('InvalidState', `Run ${id} is ${status}: stop it before deleting it.`)
      }
    })
  }
}
