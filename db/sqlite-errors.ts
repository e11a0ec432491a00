import Database from 'better-sqlite3'
import { StudioError } from '../main/contract/errors.ts'
import { diskFull, isDiskFull } from '../main/platform/disk-space.ts'

/**
 * Describes SQLite's error to the user: what is wrong with which file, and what to do. Other errors are returned
 * unchanged.
 */
export function asStudioError(error: unknown, file: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const kind = error.code
  if (kind.startsWith('SQLITE_CORRUPT') || kind === 'SQLITE_NOTADB') return damaged(file, error.message)
  // On a full disk SQLite names the call that failed, such as SQLITE_IOERR_SHMSIZE, and not the reason.
  if (kind === 'SQLITE_FULL' || (mayBeFull(kind) && isDiskFull(file))) return diskFull(file)
  if (kind.startsWith('SQLITE_BUSY')) {
    return new StudioError(
      'Busy',
      `${file} is being written by another process and stayed locked too long. Try again.`,
      { file },
    )
  }
  if (kind.startsWith('SQLITE_CANTOPEN') || kind.startsWith('SQLITE_READONLY') || kind === 'SQLITE_PERM') {
    return new StudioError(
      'ReadOnly',
      `${file} cannot be opened for writing (${error.message}): check that its folder exists and that you can write to it.`,
      { file },
    )
  }
  if (kind.startsWith('SQLITE_IOERR')) {
    return new StudioError('Io', `Reading or writing ${file} failed (${kind}): check the disk.`, { file })
  }
  return error
}

const mayBeFull = (kind: string): boolean =>
  kind.startsWith('SQLITE_IOERR') || kind.startsWith('SQLITE_CANTOPEN')

/** A damaged database, with the remedy. Runs are lost only if the user gives them up. */
export function damaged(file: string, finding: string): StudioError {
  return new StudioError(
    'Corrupt',
    `The workspace's database ${file} is damaged (${finding}). Restore it from a backup, or ` +
      'run `workspace repair`, which keeps it in the quarantine and makes a new one of the rows that can be read; datasets ' +
      'and checkpoints are not affected.',
    { file },
  )
}
