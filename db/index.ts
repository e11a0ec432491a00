/** The workspace's SQLite database: everything about runs, models and benchmarks. Knows no training. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError, toErrorData } from '../main/contract/errors.ts'
import { BenchmarkTable } from './benchmark-table.ts'
import { CheckpointTable } from './checkpoint-table.ts'
import { Connection } from './connection.ts'
import { EpochTable } from './epoch-table.ts'
import { requireExpectedSchema } from './expected-schema.ts'
import { LogTable } from './log-table.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { ModelTable } from './model-table.ts'
import { VersionTable } from './version-table.ts'
import { PointTable } from './point-table.ts'
import { PreferenceTable } from './preference-table.ts'
import { ProfileTable } from './profile-table.ts'
import { readOnlyContent } from './read-only-content.ts'
import { refuseLinks } from './refuse-links.ts'
import { damagedRows } from './row-checksums.ts'
import { RequestTable } from './request-table.ts'
import { RunList } from './run-list.ts'
import { RunTable } from './run-table.ts'
import { diskFull } from '../main/platform/disk-space.ts'
import { keepReserve, OPENING_BYTES, releaseReserve } from './space-reserve.ts'
import { damaged } from './sqlite-errors.ts'
import { TagTable } from './tag-table.ts'
import type { EpochUpdate, RunUpdate, StoredUpdate } from './types.ts'

export type * from './types.ts'
export type { UnusableRun } from './run-table.ts'
export { retryBusy } from './retry-busy.ts'
export { byteText, diskFull, explainDiskFull, freeBytes, isFullCode } from '../main/platform/disk-space.ts'
export { currentProcess, isOwnerAlive, isSameProcess } from '../main/platform/process-identity.ts'

/** What is checked in full takes a hundredth of a second. */
const FULL_CHECK_BYTES = 16 * 1024 * 1024

/** What looks at runs needs no more than this. */
export interface StudioReader {
  readonly file: string
  readonly runs: Pick<RunTable, 'row' | 'get'>
  readonly runList: RunList
  readonly epochs: Pick<EpochTable, 'list'>
  readonly points: Pick<PointTable, 'after' | 'last'>
  readonly log: Pick<LogTable, 'after' | 'last'>
  readonly checkpoints: Pick<CheckpointTable, 'list'>
  readonly profiles: Pick<ProfileTable, 'get'>
  readonly tags: Pick<TagTable, 'all'>
  readonly models: Pick<ModelTable, 'page' | 'get' | 'stamp'>
  readonly benchmarks: Pick<BenchmarkTable, 'list' | 'get' | 'has'>
  readonly preferences: Pick<PreferenceTable, 'get'>
  /** Changes whenever another connection has written; comparing it costs microseconds. */
  dataVersion(): number
  /** What was left out of lists so far because its row cannot be used. */
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
  readonly tags: TagTable
  readonly requests: RequestTable
  readonly models: ModelTable
  readonly versions: VersionTable
  readonly benchmarks: BenchmarkTable
  readonly preferences: PreferenceTable
  readonly #connection: Connection
  /** Why nothing can be written, as a read-only folder or a full disk; null where it can. */
  readonly readOnly: StudioError | null

  constructor(connection: Connection) {
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

  /** A small change that must go through on a full disk, too: it is tried again with the reserve beside the database. */
  evenIfFull<Result>(work: () => Result): Result {
    return withReserve(this.file, undefined, () => this.transaction(work))
  }

  /** What was left out of lists so far because its row cannot be used. */
  problems(): string[] {
    return this.#connection.problems.list()
  }

  dataVersion(): number {
    return Number(this.#connection.pragma('data_version'))
  }

  /** What SQLite's full check and the checksums of all rows find wrong; empty for a sound file. Reads everything. */
  integrity(): string[] {
    const findings = this.#connection.all<{ integrity_check: string }>('PRAGMA integrity_check')
    const dangling = this.#connection.all<{ table: string }>('PRAGMA foreign_key_check')
    return [
      ...findings.map((row) => row.integrity_check).filter((finding) => finding !== 'ok'),
      ...dangling.map(({ table }) => `a row of ${table} belongs to no run`),
      ...damagedRows(this.#connection).map(
        ({ table, rows }) =>
          `${rows === 1 ? 'a row' : `${rows} rows`} of ${table} ${rows === 1 ? 'is' : 'are'} damaged`,
      ),
    ]
  }

  close(): void {
    this.#connection.close()
  }
}

export interface OpenOptions {
  /**
   * How long a write waits for another process's, in milliseconds, before it throws Busy. Nothing else happens in this
   * process meanwhile: one that serves others waits for a short time only, and tries again with retryBusy.
   */
  busyMs?: number
}

/**
 * Opens a workspace's database, making or updating it where needed. On a full disk it uses the reserve beside it. Where
 * it cannot be written for all that, its content is read into memory, `readOnly` says why, and writing throws that.
 * Throws Corrupt for a damaged file, Unsupported for one of a newer release or of another program, Io where it cannot
 * be read, DiskFull where there is none yet and no room to make it.
 */
export function openStudioDatabase(file: string, options: OpenOptions = {}): StudioDatabase {
  refuseLinks(file)
  try {
    const database = withReserve(file, OPENING_BYTES, () => openForWriting(file, options))
    keepReserve(file)
    return database
  } catch (error) {
    const why = whyReadOnly(error, file)
    if (!why) throw error
    return openForReading(file, why)
  }
}

/** Does the work again with what the reserve gives back where the disk is full; `bytes` as much as it takes. */
function withReserve<Result>(file: string, bytes: number | undefined, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (toErrorData(error).code !== 'DiskFull' || !releaseReserve(file, bytes)) throw error
    return work()
  }
}

function openForWriting(file: string, { busyMs }: OpenOptions): StudioDatabase {
  // SQLite opens what is not the user's to write without a word, and fails with the first change.
  if (existsSync(file) && !(isWritable(file) && isWritable(dirname(file)))) {
    throw readOnlyWorkspace(dirname(file))
  }
  const connection = new Connection(file)
  try {
    check(connection)
    // A commit is on the disk when it returns, but for quick ones: a power cut loses no finished epoch.
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    migrate(connection, migrations)
    requireExpectedSchema(connection)
    // Last, so that a file that is refused stays as it is.
    connection.pragma('journal_mode = WAL')
    if (busyMs !== undefined) connection.pragma(`busy_timeout = ${busyMs}`)
    return new StudioDatabase(connection)
  } catch (error) {
    connection.close()
    throw asDamage(error, file)
  }
}

function openForReading(file: string, why: StudioError): StudioDatabase {
  const bytes = existsSync(file) ? readOnlyContent(file) : Buffer.alloc(0)
  const connection = new Connection(file, { content: { bytes, why } })
  try {
    check(connection)
    // In memory only: the file stays of the release that wrote it.
    migrate(connection, migrations)
    requireExpectedSchema(connection)
    connection.pragma('query_only = ON')
    return new StudioDatabase(connection)
  } catch (error) {
    connection.close()
    throw asDamage(error, file)
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Small databases are checked in full, which finds what differs between a table and its indexes. */
function check(connection: Connection): void {
  const bytes = Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  const finding = connection.pragma(bytes <= FULL_CHECK_BYTES ? 'integrity_check(1)' : 'quick_check(1)')
  if (finding !== 'ok') throw damaged(connection.file, String(finding))
}

/** What SQLite refuses of the statements that open every database can only be a damaged one. */
function asDamage(error: unknown, file: string): unknown {
  const { code } = error as { code?: unknown }
  const refused = typeof code === 'string' && /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|SCHEMA)/.test(code)
  return refused && error instanceof Error ? damaged(file, error.message) : error
}

/** The reason to say where somebody writes; null where the failure is another one. */
function whyReadOnly(error: unknown, file: string): StudioError | null {
  const folder = dirname(file)
  const { code } = toErrorData(error)
  if (code === 'DiskFull') return existsSync(file) ? fullWorkspace(folder) : null
  if (code !== 'ReadOnly' || !existsSync(folder)) return null
  return readOnlyWorkspace(folder)
}

function fullWorkspace(folder: string): StudioError {
  return diskFull(folder, {
    advice: 'and open the workspace again; until then you can only read it and delete from it',
  })
}

/** For whatever would write in a workspace whose disk or permissions do not allow it. */
export function readOnlyWorkspace(workspace: string): StudioError {
  return new StudioError(
    'ReadOnly',
    `The workspace ${workspace} is read-only: runs can be viewed, compared, exported elsewhere and used to predict, ` +
      'but nothing can be changed. Change its permissions, or use a copy of it in a folder that you can write to.',
    { file: workspace },
  )
}
