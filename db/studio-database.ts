/** All tables of a workspace's database, and what is stored in several of them at once. */
import type { StudioError } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'
import { BenchmarkTable } from './benchmark-table.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import { EpochTable } from './epoch-table.ts'
import { LogTable } from './log-table.ts'
import { ModelTable } from './model-table.ts'
import { PointTable } from './point-table.ts'
import { PreferenceTable } from './preference-table.ts'
import { ProfileTable } from './profile-table.ts'
import { RankTimesTable } from './rank-times-table.ts'
import { RequestTable } from './request-table.ts'
import { RunList } from './run-list.ts'
import { RunTable } from './run-table.ts'
import { TagTable } from './tag-table.ts'
import { TrashTable } from './trash-table.ts'
import { VersionTable } from './version-table.ts'
import { damagedRows } from './row-checksums.ts'
import { takeOutDamaged, type DamagedRow, type RowRepair } from './take-out-damaged.ts'
import { withReserve } from './space-reserve.ts'
import type { EpochUpdate, RunUpdate, StoredUpdate } from './types.ts'

/** What is needed to read a workspace's data without changing them. */
export interface StudioReader {
  readonly file: string
  readonly runs: Pick<RunTable, 'row' | 'get'>
  readonly runList: RunList
  readonly epochs: Pick<EpochTable, 'list' | 'count'>
  readonly points: Pick<PointTable, 'after' | 'last' | 'spread'>
  readonly log: Pick<LogTable, 'after' | 'last'>
  readonly checkpoints: Pick<CheckpointTable, 'list'>
  readonly profiles: Pick<ProfileTable, 'get'>
  readonly rankTimes: Pick<RankTimesTable, 'get'>
  readonly tags: Pick<TagTable, 'all'>
  readonly trash: Pick<TrashTable, 'list' | 'has'>
  readonly models: Pick<ModelTable, 'page' | 'get' | 'summary' | 'stamps' | 'count'>
  readonly benchmarks: Pick<BenchmarkTable, 'list' | 'get' | 'has' | 'stamps' | 'count'>
  readonly preferences: Pick<PreferenceTable, 'get'>
  /** A number that changes whenever another connection has written. Reading it takes microseconds. */
  dataVersion(): number
  /** The rows that were left out of lists so far because they cannot be used, each in a sentence. */
  problems(): string[]
}

/** All failures are StudioErrors, except for mistakes of the program itself. Calls block for a few milliseconds. */
export class StudioDatabase implements StudioReader {
  readonly file: string
  readonly runs: RunTable
  readonly runList: RunList
  readonly epochs: EpochTable
  readonly points: PointTable
  readonly log: LogTable
  readonly checkpoints: CheckpointTable
  readonly profiles: ProfileTable
  readonly rankTimes: RankTimesTable
  readonly tags: TagTable
  readonly trash: TrashTable
  readonly requests: RequestTable
  readonly models: ModelTable
  readonly versions: VersionTable
  readonly benchmarks: BenchmarkTable
  readonly preferences: PreferenceTable
  readonly #connection: Connection
  /** The reason why nothing can be written, such as a read-only folder or a full disk; null if it can. */
  readonly readOnly: StudioError | null

  /** The copy that was made when it was opened, because this release has changed the schema; else null. */
  readonly copy: string | null

  constructor(connection: Connection, { copy = null }: { copy?: string | null } = {}) {
    this.copy = copy
    this.file = connection.file
    this.readOnly = connection.readOnly
    this.#connection = connection
    this.runs = new RunTable(connection)
    this.runList = new RunList(connection)
    this.epochs = new EpochTable(connection)
    this.points = new PointTable(connection)
    this.log = new LogTable(connection)
    this.checkpoints = new CheckpointTable(connection)
    this.profiles = new ProfileTable(connection)
    this.rankTimes = new RankTimesTable(connection)
    this.tags = new TagTable(connection)
    this.trash = new TrashTable(connection)
    this.requests = new RequestTable(connection)
    this.models = new ModelTable(connection)
    this.versions = new VersionTable(connection)
    this.benchmarks = new BenchmarkTable(connection)
    this.preferences = new PreferenceTable(connection)
  }

  /**
   * Stores what a trainer reported, all of it or nothing. Throws NotFound. The engine cannot wait for the disk ten times a
   * second. A power cut may therefore lose the points since the last checkpoint, which a resumed run measures again.
   */
  saveUpdate(run: string, { points, lines, checkpoint, profile, ...changes }: RunUpdate): StoredUpdate {
    const store = (): StoredUpdate => {
      this.runs.patch(run, { ...changes, ...(changes.progress && { steps: changes.progress.step }) })
      if (checkpoint) this.checkpoints.save(run, checkpoint)
      if (profile) this.profiles.save(run, profile)
      return { points: this.points.append(run, points), lines: this.log.append(run, lines) }
    }
    return checkpoint ? this.transaction(store) : this.#connection.quickTransaction(store)
  }

  /** Stores a finished epoch with its points, log lines and checkpoint, all of it or nothing. Throws NotFound. */
  saveEpoch(run: string, { result, ...update }: EpochUpdate): StoredUpdate {
    return this.transaction(() => {
      this.epochs.save(run, result)
      return this.saveUpdate(run, update)
    })
  }

  /** Makes several changes, all of them or none. It may be nested. `work` must not wait for anything. */
  transaction<Result>(work: () => Result): Result {
    return this.#connection.transaction(work)
  }

  /** Makes a small change even if the disk is full, by trying again with the space of the reserve beside the database. */
  evenIfFull<Result>(work: () => Result): Result {
    return withReserve(this.file, undefined, () => this.transaction(work))
  }

  /** The rows that were left out of lists so far because they cannot be used, each in a sentence. */
  problems(): string[] {
    return this.#connection.problems.list()
  }

  dataVersion(): number {
    return Number(this.#connection.pragma('data_version'))
  }

  /** The findings of SQLite's full check, or none. Reads everything. */
  structure(): string[] {
    const findings = this.#connection.all<{ integrity_check: string }>('PRAGMA integrity_check')
    return findings.map((row) => row.integrity_check).filter((finding) => finding !== 'ok')
  }

  /** The findings of SQLite's full check and of the checksums of all rows, or none for an intact file. Reads everything. */
  integrity(): string[] {
    const dangling = this.#connection.all<{ table: string }>('PRAGMA foreign_key_check')
    return [
      ...this.structure(),
      ...dangling.map(({ table }) => `a row of ${table} belongs to no run`),
      ...damagedRows(this.#connection).map(
        ({ table, rows }) =>
          `${rows === 1 ? 'a row' : `${rows} rows`} of ${table} ${rows === 1 ? 'is' : 'are'} damaged`,
      ),
    ]
  }

  /** Takes out what cannot be used; see takeOutDamaged. */
  takeOutDamaged(store: (rows: DamagedRow[]) => void): RowRepair {
    return takeOutDamaged(this.#connection, store)
  }

  close(): void {
    this.#connection.close()
  }
}
