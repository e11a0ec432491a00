import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../main/contract/errors.ts'
import { databaseWithRun, samplePoints } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { registerChecksum } from './checksum-function.ts'
import { openStudioDatabase } from './index.ts'

function refusal(file: string): StudioError {
  try {
    openStudioDatabase(file).close()
  } catch (error) {
    if (error instanceof StudioError) return error
    throw error
  }
  throw new Error('it was opened')
}

/** As another program or release would change a closed database. */
function alter(file: string, sql: string): void {
  const raw = new Database(file)
  registerChecksum(raw)
  raw.exec(sql)
  raw.close()
}

describe('opening a database', () => {
  it('refuses a file that is no database, with the way out', async () => {
    const file = join(await temporaryFolder(), 'studio.db')
    await writeFile(file, 'this is a text of more than a hundred bytes '.repeat(5))
    const error = refusal(file)
    expect(error.data).toMatchObject({ code: 'Corrupt', file })
    expect(error.message).toContain('Restore it from a backup')
  })

  it('refuses a damaged database', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const points = samplePoints(5000)
    database.saveUpdate(id, { points, lines: [] })
    database.close()
    const file = await open(database.file, 'r+')
    await file.write(Buffer.alloc(8192, 0xff), 0, 8192, 4096 * 8)
    await file.close()
    expect(refusal(database.file).data.code).toBe('Corrupt')
  })

  it('refuses a database that was cut short', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    database.close()
    await truncate(database.file, 4096 * 3)
    expect(refusal(database.file).data.code).toBe('Corrupt')
  })

  it('reads the database of a newer release, whose rows have more columns and other checksums, and changes nothing', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    database.saveUpdate(id, { points: samplePoints(3), lines: [] })
    database.close()
    alter(
      database.file,
      `ALTER TABLE runs ADD COLUMN colour TEXT; UPDATE runs SET colour = 'blue', checksum = 1;
       CREATE TABLE sweeps (id TEXT) STRICT; PRAGMA user_version = 100000`,
    )
    const before = await readFile(database.file)
    const newer = openStudioDatabase(database.file)
    const why = 'was written by a newer DLRM Studio (schema 100000; this one supports'
    expect(newer.readOnly?.data).toMatchObject({ code: 'ReadOnly', file: database.file })
    expect(newer.readOnly?.message).toContain(why)
    expect(newer.runList.newest(10)).toMatchObject([{ id, name: 'first try' }])
    expect(newer.points.after(id, 0, 10)).toHaveLength(3)
    expect(() => newer.runs.patch(id, { notes: 'changed' })).toThrow(why)
    expect(newer.problems()).toEqual([])
    newer.close()
    expect(await readFile(database.file)).toEqual(before)
  })

  it('refuses the database of a newer release that lacks a table', async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    database.close()
    alter(database.file, 'DROP TABLE benchmarks; PRAGMA user_version = 100000')
    const error = refusal(database.file)
    expect(error.data.code).toBe('Unsupported')
    expect(error.message).toContain('its table benchmarks cannot be read any more: update DLRM Studio')
  })

  it('refuses an empty file where runs have checkpoints, because their rows are lost', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'checkpoints', 'r-20260101-ab12'), { recursive: true })
    await writeFile(join(folder, 'studio.db'), '')
    expect(refusal(join(folder, 'studio.db')).message).toContain(
      'it is empty, although runs have checkpoints',
    )
  })

  it("refuses another program's database and leaves it as it is", async () => {
    const file = join(await temporaryFolder(), 'studio.db')
    const foreign = new Database(file)
    foreign.exec('CREATE TABLE songs (title TEXT)')
    foreign.close()
    expect(refusal(file).data.code).toBe('Unsupported')
    const again = new Database(file)
    expect(again.pragma('user_version', { simple: true })).toBe(0)
    expect(again.pragma('journal_mode', { simple: true })).toBe('delete')
    again.close()
  })

  it('says so where there is no folder', async () => {
    const file = join(await temporaryFolder(), 'missing', 'studio.db')
    const error = refusal(file)
    expect(error.data).toMatchObject({ code: 'Io', file })
    expect(error.message).toContain('its folder does not exist')
  })

  it('works for several processes that make it at the same moment', async () => {
    const file = join(await temporaryFolder(), 'studio.db')
    const index = pathToFileURL(join(import.meta.dirname, 'index.ts')).href
    const script = `const { openStudioDatabase } = await import(${JSON.stringify(index)})
      openStudioDatabase(process.argv[1]).close()`
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, ['--input-type=module', '-e', script, file], { stdio: 'inherit' }),
    )
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
    expect(codes).toEqual([0, 0, 0])
  })
})

describe('two connections', () => {
  it('see what the other has written, and that it has', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const other = openStudioDatabase(database.file)
    const version = other.dataVersion()
    expect(other.dataVersion()).toBe(version)
    database.runs.patch(id, { notes: 'seen' })
    expect(other.dataVersion()).not.toBe(version)
    expect(other.runs.row(id).notes).toBe('seen')
    other.close()
    database.close()
  })

  it('let one read while the other is in the middle of writing', async () => {
    const { database, id } = databaseWithRun(await temporaryFolder())
    const other = openStudioDatabase(database.file)
    database.transaction(() => {
      database.runs.patch(id, { notes: 'not yet' })
      expect(other.runs.row(id).notes).toBe('')
    })
    expect(other.runs.row(id).notes).toBe('not yet')
    other.close()
    database.close()
  })
})
