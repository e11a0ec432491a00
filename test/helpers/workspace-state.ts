import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { contentOf } from './folder-content.ts'

/** What the window itself writes while it is open, and the files of the database, whose rows are compared instead. */
const NOT_COMPARED = /^(\.window|studio\.db(-wal|-shm)?)$/

/** Everything that a workspace holds: a hash of each table's rows, and of each file. Links are not followed. */
export function stateOf(workspace: string): Record<string, unknown> {
  const files = readdirSync(workspace, { withFileTypes: true })
    .filter(({ name }) => !NOT_COMPARED.test(name))
    .map((entry): [string, unknown] => {
      const path = join(workspace, entry.name)
      return [
        entry.name,
        entry.isDirectory() ? contentOf(path) : entry.isFile() ? statSync(path).size : 'link',
      ]
    })
  return { ...Object.fromEntries(files), ...rowsOf(join(workspace, 'studio.db')) }
}

function rowsOf(file: string): Record<string, string> {
  const database = new Database(file, { readonly: true })
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .pluck()
      .all()
    return Object.fromEntries(
      (tables as string[]).map((table) => [
        `table ${table}`,
        hash(database.prepare(`SELECT * FROM "${table}"`).all()),
      ]),
    )
  } finally {
    database.close()
  }
}

const hash = (rows: unknown[]): string =>
  `${rows.length} rows ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`
