/** The workspace's SQLite database: everything about runs, models and benchmarks. Knows no training. */
import { BenchmarkTable } from './benchmark-table.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import { Connection } from './connection.ts'
import { EpochTable } from './epoch-table.ts'
import { LogTable } from './log-table.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { ModelTable } from './model-table.ts'
import { VersionTable } from './version-table.ts'
import { PointTable } from './point-table.ts'
import { PreferenceTable } from './preference-table.ts'
import { ProfileTable } from './profile-table.ts'
import { RequestTable } from './request-table.ts'
import { RunTable } from './run-table.ts'
import { damaged } from './sqlite-errors.ts'
import { TagTable } from './tag-table.ts'
import type { EpochUpdate, RunUpdate, StoredUpdate } from './types.ts'

export type * from './types.ts'
export { currentProcess, isOwnerAlive, isSameProcess } from './process-identity.ts'

/** What looks at runs needs no more than this. */
export interface StudioReader {
  readonly file: string
  readonly runs: Pick<RunTable, 'list' | 'page' | 'row' | 'get'>
  readonly epochs: Pick<EpochTable, 'list'>
  readonly points: Pick<PointTable, 'after' | 'last'>
  readonly log: Pick<LogTable, 'after' | 'last'>
  readonly checkpoints: Pick<CheckpointTable, 'list'>
  readonly profiles: Pick<ProfileTable, 'get'>
  readonly tags: Pick<TagTable, 'all'>
  readonly models: Pick<ModelTable, 'list' | 'get' | 'stamp'>
  readonly benchmarks: Pick<BenchmarkTable, 'list' | 'get' | 'has'>
  readonly preferences: Pick<PreferenceTable, 'get'>
  /** Changes whenever another connection has written; comparing it costs microseconds. */
  dataVersion(): number
}

/** All failures are StudioErrors, except for mistakes of the program itself. Calls block for a few milliseconds. */
export class StudioDatabase implements StudioReader {
  readonly file: string
  readonly runs: RunTable
  readonly epochs: EpochTable
  readonly points: PointTable
  readonly log: LogTable
  readonly checkpoints: CheckpointTable
  readonly profiles: ProfileTable
  readonly tags: TagTable
  readonly requests: RequestTable
  readonly models: ModelTable
  readonly versions: VersionTable
  readonly benchmarks: BenchmarkTable
  readonly preferences: PreferenceTable
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.file = connection.file
    this.#connection = connection
    this.runs = new RunTable(connection)
    this.epochs = new EpochTable(connection)
    this.points = new PointTable(connection)
    this.log = new LogTable(connection)
    this.checkpoints = new CheckpointTable(connection)
    this.profiles = new ProfileTable(connection)
    this.tags = new TagTable(connection)
    this.requests = new RequestTable(connection)
    this.models = new ModelTable(connection)
    this.versions = new VersionTable(connection)
    this.benchmarks = new BenchmarkTable(connection)
    this.preferences = new PreferenceTable(connection)
  }

  /**
   * Stores what a trainer reported, whole or not at all. Throws NotFound. Ten times a second the engine cannot wait for
   * the disk: without a checkpoint a power cut may take the points since the last one, which a resumed run makes again.
   */
  saveUpdate(run: string, { points, lines, checkpoint, profile, ...standing }: RunUpdate): StoredUpdate {
    const store = (): StoredUpdate => {
      this.runs.patch(run, { ...standing, ...(standing.progress && { steps: standing.progress.step }) })
      if (checkpoint) this.checkpoints.save(run, checkpoint)
      if (profile) this.profiles.save(run, profile)
      return { points: this.points.append(run, points), lines: this.log.append(run, lines) }
    }
    return checkpoint ? this.transaction(store) : this.#connection.quickTransaction(store)
  }

  /** Stores a finished epoch with its points, lines and checkpoint, whole or not at all. Throws NotFound. */
  saveEpoch(run: string, { result, ...update }: EpochUpdate): StoredUpdate {
    return this.transaction(() => {
      this.epochs.save(run, result)
      return this.saveUpdate(run, update)
    })
  }

  /** Several changes, all or none; may be nested. `work` must not wait for anything. */
  transaction<Result>(work: () => Result): Result {
    return this.#connection.transaction(work)
  }

  dataVersion(): number {
    return Number(this.#connection.pragma('data_version'))
  }

  /** What SQLite's full check finds wrong; empty for a sound file. Reads every page. */
  integrity(): string[] {
    const findings = this.#connection.all<{ integrity_check: string }>('PRAGMA integrity_check')
    const dangling = this.#connection.all<{ table: string }>('PRAGMA foreign_key_check')
    return [
      ...findings.map((row) => row.integrity_check).filter((finding) => finding !== 'ok'),
      ...dangling.map(({ table }) => `a row of ${table} belongs to no run`),
    ]
  }

  close(): void {
    this.#connection.close()
  }
}

/**
 * Opens a workspace's database, making or updating it where needed. Throws Corrupt for a damaged file, Unsupported
 * for one of a newer release or of another program, Io where it cannot be opened.
 */
export function openStudioDatabase(file: string): StudioDatabase {
  const connection = new Connection(file)
  try {
    const finding = connection.pragma('quick_check(1)')
    if (finding !== 'ok') throw damaged(file, String(finding))
    // A commit is on the disk when it returns, but for quick ones: a power cut loses no finished epoch.
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    migrate(connection, migrations)
    // Last, so that a file that is refused stays as it is.
    connection.pragma('journal_mode = WAL')
    return new StudioDatabase(connection)
  } catch (error) {
    connection.close()
    throw error
  }
}
