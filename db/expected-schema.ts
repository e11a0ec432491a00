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

const freshSchema = (): string => withFreshDatabase(schemaOf)

export interface Table {
  table: string
  /** In the order in which a row has them. */
  columns: string[]
  /** The column that is the row's key and not stored with its values; null if there is none. */
  key: string | null
  /** Whether its rows have a key at all. */
  hasKeys: boolean
}

/** The tables that the migrations create. */
export function tablesOfFreshSchema(): Table[] {
  return withFreshDatabase((fresh) =>
    fresh
      .all<{ name: string; wr: number }>(
        `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
      )
      .map(({ name: table, wr }) => {
        const columns = fresh.all<{ name: string; type: string; pk: number }>(
          'SELECT name, type, pk FROM pragma_table_info(:table)',
          { table },
        )
        const keys = columns.filter(({ pk }) => pk > 0)
        const isKey = wr === 0 && keys.length === 1 && keys[0]?.type === 'INTEGER'
        return {
          table,
          columns: columns.map(({ name }) => name),
          key: isKey ? (keys[0]?.name ?? null) : null,
          hasKeys: wr === 0,
        }
      }),
  )
}

function withFreshDatabase<Result>(read: (fresh: Connection) => Result): Result {
  const why = new StudioError('Internal', 'A database in memory is not written.')
  const fresh = new Connection(':memory:', { content: { bytes: Buffer.alloc(0), why } })
  try {
    migrate(fresh, migrations)
    return read(fresh)
  } finally {
    fresh.close()
  }
}

function schemaOf(connection: Connection): string {
  const sql = `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'
    ORDER BY type, name`
  return JSON.stringify(connection.all(sql))
}
