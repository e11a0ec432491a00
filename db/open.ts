/** Opens a workspace's database: to write, or in memory if it can only be read. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StudioError } from '../main/contract/errors.ts'
import { toErrorData } from '../main/contract/errors.ts'
import { diskFull } from '../main/platform/disk-space.ts'
import { isWritable, readOnlyWorkspace } from '../main/platform/workspace.ts'
import { Connection } from './connection.ts'
import { requireExpectedSchema } from './expected-schema.ts'
import { copyBeforeMigration } from './copy-before-migration.ts'
import { migrate, newerSchema } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { adoptNewerSchema, newerWorkspace } from './newer-schema.ts'
import { readOnlyContent } from './read-only-content.ts'
import { refuseLinks } from './refuse-links.ts'
import { keepReserve, OPENING_BYTES, withReserve } from './space-reserve.ts'
import { damaged } from './sqlite-errors.ts'
import { StudioDatabase } from './studio-database.ts'

/** A database of up to this size is checked in full, which takes a hundredth of a second. */
const FULL_CHECK_BYTES = 16 * 1024 * 1024

export interface OpenOptions {
  /**
   * How long a write waits for another process's write, in milliseconds, before it throws Busy. This process does
   * nothing else in the meantime, so one that serves others waits for a short time and tries again with retryBusy.
   */
  busyMs?: number
}

/**
 * Opens a workspace's database, and creates or updates it if necessary. Before an update it is copied; `copy` names the
 * copy. On a full disk it uses the reserve beside it. If it cannot be written nevertheless, or a newer release has written
 * it, its content is read into memory, `readOnly` says why, and writing throws that. Throws Corrupt for a damaged file,
 * Unsupported for one of another program, Io if it cannot be read, and DiskFull if there is none yet and no room to create
 * it.
 */
export function openStudioDatabase(file: string, options: OpenOptions = {}): StudioDatabase {
  refuseLinks(file)
  try {
    const database = withReserve(file, OPENING_BYTES, () => openForWriting(file, options))
    keepReserve(file)
    return database
  } catch (error) {
    const why = error instanceof NewerRelease ? error.why : whyReadOnly(error, file)
    if (!why) throw error
    return openForReading(file, why)
  }
}

/** Thrown by openForWriting only, which has then changed nothing. */
class NewerRelease extends Error {
  readonly why: StudioError

  constructor(why: StudioError) {
    super(why.message)
    this.why = why
  }
}

function openForWriting(file: string, { busyMs }: OpenOptions): StudioDatabase {
  // SQLite opens a file without write permission silently, and fails at the first change.
  if (existsSync(file) && !(isWritable(file) && isWritable(dirname(file)))) {
    throw readOnlyWorkspace(dirname(file))
  }
  refuseEmptied(file)
  const connection = new Connection(file)
  try {
    refuseCut(connection)
    check(connection)
    const newer = newerSchema(connection, migrations)
    if (newer) throw new NewerRelease(newerWorkspace(file, newer))
    // A commit is on the disk when it returns, except for quick ones, so a power cut loses no finished epoch.
    connection.pragma('synchronous = FULL')
    connection.pragma('foreign_keys = ON')
    let copy: string | null = null
    migrate(connection, migrations, (schema) => {
      copy = copyBeforeMigration(connection, schema)
    })
    requireExpectedSchema(connection)
    // This comes last, so that a refused file stays as it is.
    connection.pragma('journal_mode = WAL')
    if (busyMs !== undefined) connection.pragma(`busy_timeout = ${busyMs}`)
    return new StudioDatabase(connection, { copy })
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
    // Only in memory: the file stays as the release that wrote it left it.
    const newer = newerSchema(connection, migrations)
    if (newer) adoptNewerSchema(connection, newer)
    else {
      migrate(connection, migrations)
      requireExpectedSchema(connection)
    }
    connection.pragma('query_only = ON')
    return new StudioDatabase(connection)
  } catch (error) {
    connection.close()
    throw asDamage(error, file)
  }
}

/**
 * Throws Corrupt for an empty file where runs have checkpoints. SQLite takes it for a new database, and so it is while a
 * workspace is being created, but no run has a checkpoint before it has a row.
 */
function refuseEmptied(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.size !== 0) return
  const checkpoints = join(dirname(file), 'checkpoints')
  if (existsSync(checkpoints) && readdirSync(checkpoints).length > 0)
    throw damaged(file, 'it is empty, although runs have checkpoints')
}

/**
 * Throws Corrupt for a file that ends within a page. SQLite fills up the page with zeros, which may go unnoticed. Where there
 * is a log or a journal, the missing bytes may be in it.
 */
function refuseCut(connection: Connection): void {
  const { file } = connection
  const size = (ending: string): number => statSync(`${file}${ending}`, { throwIfNoEntry: false })?.size ?? 0
  const pageSize = Number(connection.pragma('page_size'))
  if (size('') % pageSize !== 0 && size('-wal') === 0 && size('-journal') === 0)
    throw damaged(file, 'it was cut short')
}

/** Small databases are checked in full, which finds differences between a table and its indexes. */
function check(connection: Connection): void {
  const bytes = Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  const finding = connection.pragma(bytes <= FULL_CHECK_BYTES ? 'integrity_check(1)' : 'quick_check(1)')
  if (finding !== 'ok') throw damaged(connection.file, String(finding))
}

/** If SQLite refuses the statements that open every database, the database is damaged. */
function asDamage(error: unknown, file: string): unknown {
  const { code } = error as { code?: unknown }
  const refused = typeof code === 'string' && /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|SCHEMA)/.test(code)
  return refused && error instanceof Error ? damaged(file, error.message) : error
}

/** The reason that is shown to whoever writes; null if the failure is another one. */
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
