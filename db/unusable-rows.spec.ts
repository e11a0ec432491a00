/** Rows that another program wrote, or that were damaged: the rest stays usable, and they can be deleted. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { listBenchmarks } from '../main/benchmark/results.ts'
import { removeRun } from '../main/runs/remove-run.ts'
import { showRun } from '../main/runs/summaries.ts'
import { sampleReport } from '../test/helpers/sample-report.ts'
import { databaseWithRun, sampleEpoch, sampleModel, sampleRun } from '../test/helpers/sample-run.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { Connection } from './connection.ts'
import { openStudioDatabase } from './index.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'

/** Changes a database as who made it can: no checks, no references. */
function tamper(file: string, sql: string, ...parameters: unknown[]): void {
  const database = new Database(file)
  database.pragma('foreign_keys = OFF')
  database.pragma('ignore_check_constraints = ON')
  database.prepare(sql).run(...parameters)
  database.close()
}

/** A database with two ended runs, of which the first is tampered with. */
async function tampered(sql: string, ...parameters: unknown[]) {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const other = database.runs.create(sampleRun({ name: 'other' })).id
  for (const run of [id, other]) database.runs.end(run, { status: 'stopped', error: null })
  // Small databases are checked in full when they are opened, large ones are not.
  tamper(database.file, `${sql} WHERE id = ?`, ...parameters, id)
  return { database, id, other }
}

it.each([
  ['a model id that was changed', 'UPDATE runs SET model_id = ?', ['5f0c']],
  ['a model id that is a path', 'UPDATE runs SET checksum = NULL, model_id = ?', ['../../victim']],
  ['an id that is a path', 'UPDATE runs SET checksum = NULL, id = ?', ['../victim']],
  ['a status that does not exist', 'UPDATE runs SET checksum = NULL, status = ?', ['sleeping']],
  ['progress that is no JSON', 'UPDATE runs SET progress = ?', ['{']],
  ['progress of another shape', 'UPDATE runs SET progress = ?', ['[1]']],
  ['an error of another shape', 'UPDATE runs SET checksum = NULL, error = ?', ['"\\u001b]0;x"']],
])('leaves a run with %s out of the list and names it', async (_, sql, parameters) => {
  const { database, other } = await tampered(sql, ...parameters)
  expect(database.runList.newest(100).map(({ id }) => id)).toEqual([other])
  expect(database.problems()).toEqual([expect.stringMatching(/^The run ".*" in the workspace's database/)])
  database.close()
})

it.each([
  ['../../victim', '../../victim'],
  ['..', '..'],
  ['', ''],
  ['a\u0000b\u001b[2J', 'a\\u0000b\\u001b[2J'],
  ['x'.repeat(5000), null],
])('deletes the row of a run with the id %j, and no folder', async (hostile, spelled) => {
  const { database, other } = await tampered('UPDATE runs SET checksum = NULL, id = ?', hostile)
  const workspace = dirname(database.file)
  const folders = [join(workspace, '..', 'victim'), join(workspace, 'checkpoints', other)]
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  expect(database.runList.newest(100)).toHaveLength(1)
  const shown = /^The run "(.*)" in the workspace's/.exec(database.problems()[0] ?? '')?.[1]
  if (spelled !== null) expect(shown).toBe(spelled)
  await removeRun({ database, workspace }, shown ?? '')
  expect(database.runs.unusable(hostile)).toBeNull()
  expect(database.runList.newest(100).map(({ id }) => id)).toEqual([other])
  for (const folder of folders) expect(existsSync(folder)).toBe(true)
  database.close()
})

it('deletes the row of a damaged run, and leaves the checkpoints of the run that it may now name', async () => {
  const { database, id } = await tampered('UPDATE runs SET name = ?', 'another')
  const workspace = dirname(database.file)
  mkdirSync(join(workspace, 'checkpoints', id), { recursive: true })
  await removeRun({ database, workspace }, id)
  expect(() => database.runs.row(id)).toThrow('There is no run')
  expect(existsSync(join(workspace, 'checkpoints', id))).toBe(true)
  await expect(removeRun({ database, workspace }, 'r-none')).rejects.toMatchObject({
    data: { code: 'NotFound' },
  })
  database.close()
})

it('leaves damaged points out, gives all others and says how many are missing', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const point = (step: number) => ({ series: 'loss', step, epoch: 1, value: step / 10, elapsedMs: step })
  database.points.append(
    id,
    Array.from({ length: 10 }, (_, index) => point(index + 1)),
  )
  tamper(database.file, 'UPDATE metric_points SET value = -1 WHERE step IN (3, 4, 10)')
  const steps = (after: number, limit: number) =>
    database.points.after(id, after, limit).map(({ step }) => step)
  expect(steps(0, 100)).toEqual([1, 2, 5, 6, 7, 8, 9])
  expect(steps(1, 2)).toEqual([2, 5])
  expect(steps(9, 5)).toEqual([])
  expect(database.problems()).toEqual([
    `3 points of the metrics of run ${id} (steps 3 to 10) are damaged and left out.`,
  ])
  database.close()
})

it.each([
  ['damaged', `UPDATE epochs SET result = replace(result, '0.8', '0.9') WHERE epoch = 2`],
  ['no object', `UPDATE epochs SET checksum = NULL, result = 'null' WHERE epoch = 2`],
  ['without its loss', `UPDATE epochs SET checksum = NULL, result = '{"epoch":2}' WHERE epoch = 2`],
  ['another one', `UPDATE epochs SET checksum = NULL, epoch = 7 WHERE epoch = 2`],
])('shows a run with its other epochs where one is %s, and names that', async (_, sql) => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  for (const [index, auc] of [0.7, 0.8, 0.75].entries())
    database.saveEpoch(id, { points: [], lines: [], result: sampleEpoch(index + 1, auc, null) })
  tamper(database.file, sql)
  expect(showRun(database, id).epochs.map(({ epoch }) => epoch)).toEqual([1, 3])
  expect(database.problems()).toEqual([expect.stringMatching(new RegExp(`^Epoch [27] of run "${id}"`))])
  database.close()
})

const NOT_OF_THIS_PROGRAM = ['null', '[]', '1', '"s"', '{}', '{"name":[]}', '9'.repeat(400)]

it.each(['model', 'config', 'environment'])(
  'says that a run whose %s is none of this program’s cannot be used',
  async (column) => {
    for (const text of NOT_OF_THIS_PROGRAM) {
      const sql = `UPDATE runs SET documents_checksum = NULL, ${column} = ?`
      const { database, id } = await tampered(sql, text)
      expect(database.runList.newest(100)).toHaveLength(2)
      expect(() => showRun(database, id)).toThrow(
        /^The run "r-.*" in the workspace's database cannot be used/,
      )
      database.close()
    }
  },
)

it('leaves a benchmark whose report is none out of the list, and a profile and a document unread', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  const model = database.models.save(null, sampleModel()).id
  const version = database.versions.add(model, 'first', sampleModel()).id
  database.models.save(model, sampleModel([2, 1]))
  const benchmark = {
    createdAt: new Date().toISOString(),
    origin: 'cli' as const,
    machine: sampleRun().environment,
  }
  database.benchmarks.add({ ...benchmark, report: sampleReport() })
  const spoiled = database.benchmarks.add({ ...benchmark, report: sampleReport() }).id
  database.saveUpdate(id, { points: [], lines: [], profile: { steps: 1, msPerStep: 1, operations: [] } })
  database.rankTimes.save(id, { steps: 1, ranks: [] })
  for (const text of NOT_OF_THIS_PROGRAM) {
    tamper(database.file, 'UPDATE benchmarks SET checksum = NULL, report = ? WHERE id = ?', text, spoiled)
    tamper(database.file, 'UPDATE run_profiles SET checksum = NULL, profile = ?', text)
    tamper(database.file, 'UPDATE run_rank_times SET checksum = NULL, times = ?', text)
    tamper(database.file, 'UPDATE model_versions SET checksum = NULL, document = ?', text)
    tamper(database.file, 'UPDATE model_edits SET checksum = NULL, backward = ?', text)
    expect(listBenchmarks(database)).toHaveLength(1)
    expect(() => database.profiles.get(id)).toThrow('cannot be used')
    expect(() => database.rankTimes.get(id)).toThrow('cannot be used')
    expect(() => database.versions.get(version)).toThrow('cannot be used')
    expect(() => database.models.step(model, 'undo')).toThrow('cannot be used')
    tamper(database.file, 'UPDATE models SET checksum = NULL, document = ?', text)
    expect(() => database.models.get(model)).toThrow('cannot be used')
  }
  database.close()
})

it('answers with texts no longer than this program writes, and with numbers that a message can carry', async () => {
  const { database, id } = databaseWithRun(await temporaryFolder())
  database.saveUpdate(id, {
    points: [{ series: 'loss', step: 1, epoch: 1, value: 1, elapsedMs: 1 }],
    lines: [{ at: new Date().toISOString(), level: 'info', message: 'one' }],
  })
  database.tags.replace(id, ['a'])
  const long = 'x'.repeat(1 << 20)
  tamper(
    database.file,
    'UPDATE runs SET checksum = NULL, name = ?, model_name = ?, notes = ?',
    long,
    long,
    long,
  )
  tamper(database.file, 'UPDATE log_lines SET checksum = NULL, message = ?, at = ?', long, long)
  tamper(database.file, 'UPDATE run_tags SET checksum = NULL, tag = ?', long)
  const answer = [database.runList.newest(100), database.log.after(id, 0, 10)]
  expect(JSON.stringify(answer).length).toBeLessThan(120_000)
  expect(database.runList.newest(100)).toHaveLength(1)
  for (const change of [
    'value = 9e999',
    'elapsed_ms = -9e999',
    'epoch = 9223372036854775807',
    `series = '${long}'`,
  ]) {
    tamper(database.file, `UPDATE metric_points SET checksum = NULL, value = 1, elapsed_ms = 1, epoch = 1`)
    expect(database.points.after(id, 0, 10)).toHaveLength(1)
    tamper(database.file, `UPDATE metric_points SET ${change}`)
    expect(database.points.after(id, 0, 10)).toEqual([])
  }
  expect(database.problems()).toContainEqual(expect.stringMatching(/^1 point of the metrics of run/))
  database.close()
})

it('keeps what shows that a row was damaged when a former database gets checksums over the model', async () => {
  const file = join(await temporaryFolder(), 'studio.db')
  const former = new Connection(file)
  migrate(
    former,
    migrations.filter(({ number }) => number < 100),
  )
  const insert = (id: string, name: string) =>
    former.run(
      `INSERT INTO runs (id, name, status, model_name, model, config, environment, dataset_id, dataset_name,
         dataset_hash, parameters, best_metric, created_at)
       VALUES (:id, :name, 'stopped', 'm', '{}', '{}', '{}', 'd', 'd', '', 1, 'auc', '2026-01-01')`,
      { id, name },
    )
  insert('r-intact', 'intact')
  insert('r-damaged', 'damaged')
  former.run("UPDATE runs SET checksum = 1 WHERE id = 'r-damaged'")
  former.close()
  const database = openStudioDatabase(file)
  expect(database.runList.newest(100).map(({ id }) => id)).toEqual(['r-intact'])
  expect(database.problems()[0]).toContain('The run "r-damaged"')
  database.close()
})
