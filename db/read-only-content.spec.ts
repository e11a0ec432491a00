import { readFileSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { databaseWithRun, sampleEpoch } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from './index.ts'
import { readOnlyContent } from './read-only-content.ts'

const point = (step: number) => ({ series: 's', step, epoch: 1, value: step, elapsedMs: step })

it('has every commit up to the last one, whether it lies in the database or in its log', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  for (let step = 0; step < 3000; step++) {
    database.saveUpdate(id, { points: [point(step)], lines: [] })
    if (step % 500 !== 0) continue
    const copy = new Database(readOnlyContent(database.file))
    const [row] = copy.prepare('SELECT count(*) AS points FROM metric_points').all() as { points: number }[]
    expect(row?.points).toBe(step + 1)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    copy.close()
  }
  database.close()
})

it('leaves out what was not committed whole, as SQLite does', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  database.saveEpoch(id, { points: [point(1)], lines: [], result: sampleEpoch(1, 0.7, 0.7) })
  const before = readFileSync(`${database.file}-wal`).length
  database.saveEpoch(id, { points: [point(2)], lines: [], result: sampleEpoch(2, 0.8, 0.7) })
  const copy = join(await temporaryFolder(), 'studio.db')
  await copyFile(database.file, copy)
  const log = readFileSync(`${database.file}-wal`)
  for (const length of [before, before + 100, log.length - 1]) {
    writeFileSync(`${copy}-wal`, log.subarray(0, length))
    const content = new Database(readOnlyContent(copy))
    expect(content.prepare('SELECT max(epoch) AS epoch FROM epochs').get()).toEqual({ epoch: 1 })
    content.close()
  }
  database.close()
})

it.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'is what an ordinary user gets of a database that is not theirs to write',
  async () => {
    const { database } = databaseWithRun(await temporaryFolder())
    database.close()
    const { chmodSync } = await import('node:fs')
    chmodSync(database.file, 0o444)
    const reader = openStudioDatabase(database.file)
    expect(reader.readOnly?.data.code).toBe('ReadOnly')
    expect(reader.runList.newest(100)).toHaveLength(1)
    reader.close()
  },
)
