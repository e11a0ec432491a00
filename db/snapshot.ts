/** Copies a workspace's database as it is at one moment, while other connections go on writing. */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { StudioError } from '../main/contract/errors.ts'
import { Connection } from './connection.ts'
import { readOnlyContent } from './read-only-content.ts'
import { damagedRows } from './row-checksums.ts'
import { asStudioError } from './sqlite-errors.ts'

/** The pages between two of which other work gets its turn: 1 MiB. */
const PIECE = 256

export interface SnapshotOptions {
  signal: AbortSignal
  /** Called after every MiB with the share that is done, 0 to 1. */
  report: (fraction: number) => void
}

/**
 * Writes the snapshot to a new file and returns what is damaged in it, in sentences: what is damaged is copied as it is.
 * Throws Cancelled, DiskFull, Io or Corrupt, and leaves no file then.
 */
export async function snapshotDatabase(
  file: string,
  to: string,
  options: SnapshotOptions,
): Promise<string[]> {
  try {
    await copyPages(file, to, options)
    return findingsIn(to)
  } catch (error) {
    rmSync(to, { force: true })
    if (options.signal.aborted)
      throw new StudioError('Cancelled', 'The database was not copied, because that was cancelled.')
    throw asStudioError(error, to)
  } finally {
    for (const ending of ['-wal', '-shm', '-journal']) rmSync(`${to}${ending}`, { force: true })
  }
}

async function copyPages(file: string, to: string, { signal, report }: SnapshotOptions): Promise<void> {
  let source: Database.Database
  try {
    source = new Database(file, { fileMustExist: true })
    // Within a transaction the pages stay those of this moment, so a writer cannot make the copy begin again.
    source.exec('BEGIN; SELECT count(*) FROM sqlite_schema')
  } catch (error) {
    if (!existsSync(file) || statSync(file).size === 0) throw error
    // In a folder that cannot be written, or on a full disk, SQLite cannot open a database with a log.
    return writeFileSync(to, readOnlyContent(file), { flag: 'wx' })
  }
  try {
    await source.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        if (signal.aborted) throw new Error('cancelled')
        report(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
        return PIECE
      },
    })
  } finally {
    source.close()
  }
}

/** What a snapshot's structure and rows have that is not as it was written. */
function findingsIn(file: string): string[] {
  let connection: Connection | null = null
  try {
    connection = new Connection(file)
    const findings = connection.all<{ integrity_check: string }>('PRAGMA integrity_check')
    const structure = findings.map((row) => row.integrity_check).filter((finding) => finding !== 'ok')
    if (structure.length > 0) return [`The database is damaged: ${structure.join('; ')}.`]
    return damagedRows(connection).map(
      ({ table, rows }) =>
        `${rows === 1 ? 'A row' : `${rows} rows`} of ${table} in the database ${rows === 1 ? 'is' : 'are'} damaged.`,
    )
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [`The database is damaged: ${why}`]
  } finally {
    connection?.close()
  }
}
