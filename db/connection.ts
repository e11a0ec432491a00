import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { StudioError } from '../main/contract/errors.ts'
import { fileError } from '../main/platform/file-errors.ts'
import { registerChecksum } from './checksum-function.ts'
import { RowProblems } from './row-problems.ts'
import { asStudioError } from './sqlite-errors.ts'
import { registerTextFunctions } from './text-functions.ts'
import type { Value } from './value.ts'
import { losesTransactions } from './write-ahead-log.ts'

export type Parameters = Record<string, Value>

/** How long a write waits for another process's write unless the busy_timeout pragma says otherwise. */
const BUSY_MS = 5000

/** Windows does not delete an open file, and does not give lasting file numbers everywhere. */
function identityOf(file: string): string | null {
  if (process.platform === 'win32') return null
  const there = statSync(file, { throwIfNoEntry: false })
  return there ? `${there.dev} ${there.ino}` : 'none'
}

const damagedLog = (file: string): string =>
  `${file}-wal is damaged: changes that were stored shortly before DLRM Studio was last interrupted are lost. What was ` +
  'stored before is intact. Restore the workspace from a backup if runs or edits are missing.'

/** One SQLite connection: prepares each statement once and turns SQLite's errors into StudioErrors. */
export class Connection {
  readonly file: string
  readonly problems = new RowProblems()
  readonly #database: Database.Database
  /** Why nothing can be written, or null if it can. */
  readonly readOnly: StudioError | null
  /** The identity of the file; null if the system does not distinguish files, or nothing is written. */
  readonly #opened: string | null = null
  readonly #statements = new Map<string, Database.Statement>()

  /**
   * Opens or creates the file. Readers never wait for the writer; writers wait for one another for 5 s. With `content`
   * that in-memory content is read, and any attempt to write throws `content.why`.
   */
  constructor(file: string, { content }: { content?: { bytes: Buffer; why: StudioError } } = {}) {
    this.file = file
    this.readOnly = content?.why ?? null
    if (losesTransactions(`${file}-wal`)) this.problems.note(damagedLog(file))
    if (content) {
      this.#database = this.#guard(() => new Database(content.bytes.length > 0 ? content.bytes : ':memory:'))
      this.#registerFunctions()
      return
    }
    if (!existsSync(dirname(file))) {
      throw new StudioError(
        'Io',
        `${file} cannot be created: its folder does not exist. Create it or choose another.`,
        {
          file,
        },
      )
    }
    this.#database = this.#guard(() => new Database(file, { timeout: BUSY_MS }))
    this.#registerFunctions()
    this.#opened = identityOf(file)
  }

  #registerFunctions(): void {
    registerChecksum(this.#database)
    registerTextFunctions(this.#database)
  }

  /** The number of changed rows. */
  run(sql: string, parameters: Parameters = {}): number {
    const write = () => this.#guard(() => this.#prepare(sql).run(parameters).changes)
    return this.#database.inTransaction ? write() : this.#inPlace(write)
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, parameters: Parameters = {}): Row | undefined {
    return this.#guard(() => this.#prepare(sql).get(parameters) as Row | undefined)
  }

  all<Row>(sql: string, parameters: Parameters = {}): Row[] {
    return this.#guard(() => this.#prepare(sql).all(parameters) as Row[])
  }

  /** Like `all`, for SQL that depends on what a user typed. The statement is not kept. */
  allOnce<Row>(sql: string, parameters: Parameters = {}): Row[] {
    return this.#guard(() => this.#database.prepare(sql).all(parameters) as Row[])
  }

  /** Runs several statements without parameters. */
  script(sql: string): void {
    this.#guard(() => this.#database.exec(sql))
  }

  pragma(name: string): Value {
    return this.#guard(() => this.#database.pragma(name, { simple: true }) as Value)
  }

  /**
   * A transaction, all or nothing. Takes the write lock at once, so that what is read in it is still true when it is
   * written.
   */
  transaction<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return work()
    return this.#inPlace(() => this.#guard(() => this.#database.transaction(work).immediate()))
  }

  /**
   * A transaction that does not wait for the disk. It is safe against a dying process, and complete or absent after a
   * power cut, but the last ones may then be lost. Inside another transaction it belongs to that one.
   */
  quickTransaction<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return work()
    this.pragma('synchronous = NORMAL')
    try {
      return this.transaction(work)
    } finally {
      this.pragma('synchronous = FULL')
    }
  }

  close(): void {
    this.#database.close()
  }

  /**
   * Writes, and checks that the file is still the workspace's, because what is written to a deleted file is lost
   * silently. The check takes microseconds.
   */
  #inPlace<Result>(write: () => Result): Result {
    this.#requireSameFile()
    const result = write()
    this.#requireSameFile()
    return result
  }

  #requireSameFile(): void {
    if (this.#opened === null || identityOf(this.file) === this.#opened) return
    throw new StudioError(
      'Io',
      `${this.file} was deleted, moved or replaced while it was open, so nothing more can be stored: put the workspace ` +
        'back or choose another one, and start DLRM Studio again.',
      { file: this.file },
    )
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** The reason for a refused write in a read-only database. */
  #refused(error: unknown): StudioError | null {
    return error instanceof Database.SqliteError && error.code === 'SQLITE_READONLY' ? this.readOnly : null
  }

  /** Runs work on files beside the database. A full disk and other failures become StudioErrors that name the database. */
  guard<Result>(work: () => Result): Result {
    try {
      return this.#guard(work)
    } catch (error) {
      throw error instanceof StudioError ? error : fileError(error, 'write beside', this.file)
    }
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw this.#refused(error) ?? asStudioError(error, this.file)
    }
  }
}
