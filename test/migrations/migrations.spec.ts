import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Connection } from '../../db/connection.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { migrate } from '../../db/migrate.ts'
import { migrations } from '../../db/migrations/index.ts'
import { sampleModel } from '../helpers/sample-run.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A database as the release with this schema left it. */
async function databaseAt(number: number): Promise<Connection> {
  const connection = new Connection(join(await temporaryFolder(), 'studio.db'))
  const released = migrations.filter((migration) => migration.number <= number)
  migrate(connection, released)
  return connection
}

function schemaOf(connection: Connection): string {
  const objects = connection.all<{ sql: string }>(
    `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name`,
  )
  return objects.map(({ sql }) => `${sql};\n`).join('\n')
}

describe('the schema', () => {
  it('is what db/schema.sql says', async () => {
    const connection = await databaseAt(Infinity)
    await expect(schemaOf(connection)).toMatchFileSnapshot(join(import.meta.dirname, '../../db/schema.sql'))
    connection.close()
  })

  it('has the last migration as its version, and migrating again changes nothing', async () => {
    const connection = await databaseAt(Infinity)
    const before = schemaOf(connection)
    migrate(connection, migrations)
    expect(connection.pragma('user_version')).toBe(migrations.at(-1)?.number)
    expect(schemaOf(connection)).toBe(before)
    connection.close()
  })
})

describe('migrations', () => {
  it('are refused out of order', async () => {
    const connection = await databaseAt(0)
    const step = (number: number) => ({ number, name: 'step', sql: 'SELECT 1' })
    expect(() => migrate(connection, [step(20), step(10)])).toThrow('must have a number above 20')
    expect(() => migrate(connection, [step(10), step(10)])).toThrow('must have a number above 10')
    connection.close()
  })

  it('leave the step before when one fails half way', async () => {
    const connection = await databaseAt(Infinity)
    const before = schemaOf(connection)
    const broken = {
      number: 1000,
      name: 'broken',
      sql: 'CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);',
    }
    expect(() => migrate(connection, [...migrations, broken])).toThrow('nowhere')
    expect(schemaOf(connection)).toBe(before)
    expect(connection.pragma('user_version')).toBe(migrations.at(-1)?.number)
    connection.close()
  })

  it('leave the database of the former release when the second of two fails', async () => {
    const connection = await databaseAt(110)
    const before = schemaOf(connection)
    const next = { number: 115, name: 'next', sql: 'CREATE TABLE next (a INTEGER) STRICT' }
    const broken = { number: 116, name: 'broken', sql: 'INSERT INTO nowhere VALUES (1)' }
    const released = migrations.filter(({ number }) => number <= 110)
    expect(() => migrate(connection, [...released, next, broken])).toThrow('nowhere')
    expect(schemaOf(connection)).toBe(before)
    expect(connection.pragma('user_version')).toBe(110)
    connection.close()
  })

  it('begin with a whole copy, of which the three newest are kept', async () => {
    const connection = await databaseAt(120)
    const { file } = connection
    const folder = join(dirname(file), 'earlier-databases')
    await mkdir(folder)
    for (const day of ['01', '02', '03'])
      await writeFile(join(folder, `studio-schema-110-2026-01-${day}T00-00-00Z.db`), day)
    connection.pragma('journal_mode = WAL')
    // Only the log has this row.
    connection.run(`INSERT INTO preferences (key, value) VALUES ('old', '1')`)
    const opened = openStudioDatabase(file)
    const { copy } = opened
    opened.close()
    connection.close()
    expect((await readdir(folder)).toSorted()).toEqual([
      'studio-schema-110-2026-01-02T00-00-00Z.db',
      'studio-schema-110-2026-01-03T00-00-00Z.db',
      basename(copy ?? ''),
    ])
    const former = new Connection(copy ?? '')
    expect(former.pragma('user_version')).toBe(120)
    expect(former.all('SELECT key, value FROM preferences')).toEqual([{ key: 'old', value: '1' }])
    former.close()
    const again = openStudioDatabase(file)
    expect(again.copy).toBeNull()
    again.close()
  })

  it('from 10 keep runs, count their steps and add models, preferences, benchmarks and profiles', async () => {
    const connection = await databaseAt(10)
    connection.script(await readFile(join(import.meta.dirname, 'data-0010.sql'), 'utf8'))
    connection.close()
    const database = openStudioDatabase(connection.file)
    expect(database.runList.newest(100)).toMatchObject([
      { id: 'r-20260102-cd34', status: 'running', owner: { pid: 4711, startedAt: 'boot/17', host: 'desk' } },
      {
        id: 'r-20260101-ab12',
        status: 'completed',
        steps: 10,
        best: 0.79,
        bestEpoch: 1,
        testAuc: 0.78,
        tags: ['baseline'],
      },
    ])
    const id = 'r-20260101-ab12'
    expect(database.points.after(id, 0, 10)).toEqual([
      { sequence: 1, series: 'train/loss', step: 10, epoch: 1, value: 0.6931, elapsedMs: 12.5 },
    ])
    expect(database.epochs.list(id)).toMatchObject([{ epoch: 1, trainLoss: 0.6931 }])
    expect(database.log.after(id, 0, 10)).toMatchObject([{ message: 'Training began.' }])
    expect(database.checkpoints.list(id)).toMatchObject([
      { kind: 'best', path: 'checkpoints/r-20260101-ab12/10.safetensors' },
    ])
    expect(database.requests.take('r-20260102-cd34')).toEqual(['stop'])
    expect(database.models.save(null, sampleModel()).name).toBe('logistic regression')
    expect(database.preferences.get('anything')).toBeUndefined()
    expect(database.benchmarks.list()).toEqual([])
    expect(database.profiles.get(id)).toBeNull()
    expect(database.integrity()).toEqual([])
    database.close()
  })
})
