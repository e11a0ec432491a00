import { StudioError } from '../main/contract/errors.ts'
import type { Connection } from './connection.ts'
import type { Migration } from './migrations/migration.ts'

/** "DLRM" in ASCII, which distinguishes our SQLite files from others. */
export const APPLICATION_ID = 0x444c524d

/** The schema of a database that a newer release has written. */
export interface NewerSchema {
  schema: number
  supported: number
}

/** null unless the database is one of ours with a schema that only a newer release knows. */
export function newerSchema(connection: Connection, migrations: readonly Migration[]): NewerSchema | null {
  const supported = migrations.at(-1)?.number ?? 0
  const schema = Number(connection.pragma('user_version'))
  if (schema <= supported || Number(connection.pragma('application_id')) !== APPLICATION_ID) return null
  return { schema, supported }
}

/**
 * Updates the schema to the last migration in one transaction, so that a crash or a failure leaves the database that the
 * former release can open. `beforeChanging` is called before the first change of a database that has data. Refuses other
 * programs' databases, and those of a newer release.
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  beforeChanging: (schema: number) => void = () => undefined,
): void {
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
  if (version === newest) return
  if (version > 0) beforeChanging(version)
  connection.transaction(() => {
    // Another process may have been first while this one waited for the lock.
    const found = Number(connection.pragma('user_version'))
    for (const { number, sql } of migrations) {
      if (number <= found) continue
      connection.script(sql)
      connection.pragma(`application_id = ${APPLICATION_ID}`)
      connection.pragma(`user_version = ${number}`)
    }
  })
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
