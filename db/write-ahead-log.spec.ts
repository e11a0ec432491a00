import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { StudioError } from '../main/contract/errors.ts'
import { Connection } from './connection.ts'
import { readOnlyContent } from './read-only-content.ts'
import { losesTransactions } from './write-ahead-log.ts'

/** A database as a killed process leaves it: every row is in the log, each in a transaction of its own. */
async function killedDatabase(): Promise<{ file: string; log: string }> {
  const folder = await temporaryFolder()
  const open = join(folder, 'open.db')
  const database = new Database(open)
  database.pragma('journal_mode = WAL')
  database.pragma('wal_autocheckpoint = 0')
  database.exec('CREATE TABLE numbers (value INTEGER)')
  for (let value = 0; value < 20; value++) database.prepare('INSERT INTO numbers VALUES (?)').run(value)
  const file = join(folder, 'killed.db')
  copyFileSync(open, file)
  copyFileSync(`${open}-wal`, `${file}-wal`)
  database.close()
  return { file, log: `${file}-wal` }
}

const countOf = (file: string): number => {
  const database = new Database(file)
  const { count } = database.prepare('SELECT count(*) AS count FROM numbers').get() as { count: number }
  database.close()
  return count
}

it('finds nothing wrong in the log of a killed process, whole or cut off anywhere', async () => {
  const { log } = await killedDatabase()
  expect(losesTransactions(log)).toBe(false)
  const bytes = readFileSync(log)
  for (const length of [0, 10, 32, 40, bytes.length - 1, bytes.length >> 1]) {
    writeFileSync(log, bytes.subarray(0, length))
    expect(losesTransactions(log)).toBe(false)
  }
})

it('finds each flipped bit that makes SQLite drop finished transactions', async () => {
  const { file, log } = await killedDatabase()
  const bytes = readFileSync(log)
  const databaseBytes = readFileSync(file)
  for (let at = 0; at < bytes.length; at += 997) {
    const damaged = Buffer.from(bytes)
    damaged[at]! ^= 1 << (at % 8)
    writeFileSync(log, damaged)
    const found = losesTransactions(log)
    let rows = 0
    try {
      rows = countOf(file)
    } catch {
      // Without its first transactions the database has no table.
    }
    expect({ at, found }).toEqual({ at, found: rows < 20 })
    writeFileSync(file, databaseBytes)
  }
})

it('is said when the workspace is opened', async () => {
  const { file, log } = await killedDatabase()
  const bytes = readFileSync(log)
  bytes[bytes.length >> 1]! ^= 1
  writeFileSync(log, bytes)
  const connection = new Connection(file)
  expect(connection.problems.list()).toEqual([expect.stringMatching(/killed\.db-wal is damaged.*backup/)])
  connection.close()
  expect(existsSync(file)).toBe(true)
  writeFileSync(log, bytes)
  const why = new StudioError('ReadOnly', 'The folder is read-only.')
  const reader = new Connection(file, { content: { bytes: readOnlyContent(file), why } })
  expect(reader.problems.list()).toEqual([expect.stringMatching(/killed\.db-wal is damaged.*backup/)])
  reader.close()
})
