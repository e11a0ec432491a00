import { StudioError } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'
import type { Migration } from './migrations/migration.ts'

/** "DLRM" in ASCII, which distinguishes our SQLite files from others. */
export const APPLICATION_ID = 0x444c524d

/**
 * Updates the schema to the last migration, each step in a transaction of its own, so that a crash leaves the schema of
 * one step or the next. Refuses a database of a newer release, and other programs' databases.
 */
export function migrate(connection: Connection, migrations: readonly Migration[]): void {
  assertOrdered(migrations)
  refuseForeign(connection)
  const newest = migrations.at(-1)?.number ?? 0
  const version = Number(connection.pragma('user_version'))
  if (version > newest) {
    throw new StudioError(
      'Unsupported',
      `${connection.file} was written by a newer DLRM Studio (schema ${version}; this one supports ${newest}): ` +
        'update DLRM Studio, or open another workspace.',
      { file: connection.file },
    )
  }
  for (const { number, sql } of migrations) {
    if (number <= version) continue
    connection.transaction(() => {
      // Another process may have been first while this one waited for the lock.
      if (Number(connection.pragma('user_version')) >= number) return
      connection.script(sql)
      connection.pragma(`application_id = ${APPLICATION_ID}`)
      connection.pragma(`user_version = ${number}`)
    })
  }
}

function assertOrdered(migrations: readonly Migration[]): void {
  let previous = 0
  for (const { number, name } of migrations) {
    if (!Number.isInteger(number) || number <= previous) {
      throw new Error(`Migration ${number} (${name}) must have a number above ${previous}.`)
    }
    previous = number
  }
}

function refuseForeign(connection: Connection): void {
  // One statement, so that both values are of the same moment: between two statements another process may commit its
  // first migration.
  const found = connection.get<{ application: number; objects: number }>(
    `SELECT (SELECT application_id FROM pragma_application_id) AS application,
            (SELECT count(*) FROM sqlite_schema) AS objects`,
  )
  if (found === undefined || found.application === APPLICATION_ID) return
  if (found.application === 0 && found.objects === 0) return
  throw new StudioError(
    'Unsupported',
    `${connection.file} is another program's database: choose another workspace folder, or move that file away.`,
    { file: connection.file },
  )
}
