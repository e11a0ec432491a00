import { StudioError } from '../main/contract/errors.ts'
import { Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { damaged } from './sqlite-errors.ts'

let expected: string | null = null

/**
 * Throws Corrupt if a migrated database's tables are not those that the migrations create. SQLite checks neither their
 * names nor their defaults, and a trigger that somebody added could run with every change.
 */
export function requireExpectedSchema(connection: Connection): void {
  expected ??= freshSchema()
  if (schemaOf(connection) === expected) return
  throw damaged(connection.file, 'its tables are not those that DLRM Studio creates')
}

function freshSchema(): string {
  const why = new StudioError('Internal', 'A database in memory is not written.')
  const fresh = new Connection(':memory:', { content: { bytes: Buffer.alloc(0), why } })
  try {
    migrate(fresh, migrations)
    return schemaOf(fresh)
  } finally {
    fresh.close()
  }
}

function schemaOf(connection: Connection): string {
  const sql = `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'
    ORDER BY type, name`
  return JSON.stringify(connection.all(sql))
}
