import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import { openStudioDatabase, type NewPoint, type NewRun, type StudioDatabase } from '../../db/index.ts'
import type { DatasetSummary } from '../contract/datasets.ts'
import { OVERVIEW_CURVE_POINTS, OVERVIEW_RESUMABLE, OVERVIEW_RUNS } from '../contract/overview.ts'
import type { RunStatus } from '../contract/runs.ts'
import { sampleModel, sampleRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { overviewOf } from './overview.ts'

let file: string
let database: StudioDatabase
beforeEach(async () => {
  file = join(await temporaryFolder(), 'studio.db')
  database = openStudioDatabase(file)
})

type Ended = 'completed' | 'stopped' | 'failed'

function add(name: string, changes: Partial<NewRun> = {}, end: Ended | null = 'completed'): string {
  const { id } = database.runs.create(sampleRun({ name, ...changes }))
  if (end) database.runs.end(id, { status: end satisfies RunStatus, error: null })
  return id
}

const dataset = (id: string, problem: string | null = null): DatasetSummary => ({
  id,
  name: id,
  rows: 10,
  bytes: 10,
  denseColumns: 1,
  sparseColumns: 0,
  labelMean: 0.5,
  createdAt: '2026-01-01T00:00:00.000Z',
  hash: 'a',
  source: 'clicks.csv',
  problem,
})
const kinds = (datasets: DatasetSummary[]) => overviewOf(database, datasets).nextSteps.map(({ kind }) => kind)
const losses = (count: number): NewPoint[] =>
  Array.from({ length: count }, (_, at) => ({
    series: 'train/loss',
    step: (at + 1) * 10,
    epoch: 1,
    value: 1 / (at + 1),
    elapsedMs: at,
  }))

describe('an overview', () => {
  it('lists what trains apart from the latest of the others, and what can be resumed with its number', () => {
    const trains = add('trains', {}, null)
    for (let run = 0; run < 20; run++) add(`run ${run}`, {}, run % 2 ? 'completed' : 'stopped')
    const { active, latest, resumable, resumableCount } = overviewOf(database, [])
    expect(active.map(({ id }) => id)).toEqual([trains])
    expect(latest.map(({ name }) => name)).toEqual(
      ['run 19', 'run 17', 'run 15', 'run 13', 'run 11', 'run 9', 'run 8', 'run 7'].slice(0, OVERVIEW_RUNS),
    )
    expect(resumable.map(({ name }) => name)).toEqual(['run 18', 'run 16', 'run 14', 'run 12', 'run 10'])
    expect(resumable).toHaveLength(OVERVIEW_RESUMABLE)
    expect(resumableCount).toBe(10)
  })

  it('has a few points of each curve, with its first and its last', () => {
    const long = add('long')
    database.points.append(long, losses(5000))
    const short = add('short')
    database.points.append(short, losses(3))
    const none = add('none')
    const { curves } = overviewOf(database, [])
    expect(curves[long]).toHaveLength(OVERVIEW_CURVE_POINTS)
    expect(curves[long]?.[0]).toEqual({ step: 10, value: 1 })
    expect(curves[long]?.at(-1)).toEqual({ step: 50_000, value: 1 / 5000 })
    expect(curves[short]?.map(({ step }) => step)).toEqual([10, 20, 30])
    expect(curves[none]).toEqual([])
  })

  it('has no run of the trash, and advises as if there were none', () => {
    const stopped = add('stopped', {}, 'stopped')
    const done = add('done')
    for (const id of [stopped, done]) database.trash.add('run', id)
    const { latest, resumable, resumableCount, nextSteps } = overviewOf(database, [dataset('clicks')])
    expect([latest, resumable, resumableCount]).toEqual([[], [], 0])
    expect(nextSteps[0]).toEqual({ kind: 'train', dataset: 'clicks' })
  })

  it('reads no run but those that it shows, so that it is as fast with ten thousand', () => {
    const old = add('old')
    for (let run = 0; run < 60; run++) add(`run ${run}`)
    database.close()
    const raw = new Database(file)
    raw.prepare('UPDATE runs SET error = \'{"code": 5}\' WHERE id = ?').run(old)
    raw.close()
    database = openStudioDatabase(file)
    expect(overviewOf(database, [dataset('clicks')]).latest).toHaveLength(OVERVIEW_RUNS)
    expect(database.problems()).toEqual([])
    // Whoever reads all rows meets it.
    expect(database.runList.count()).toBe(60)
    expect(database.problems()).toHaveLength(1)
  })
})

describe('the next steps', () => {
  it('begin with data where there is none, and leave out a dataset that cannot be read', () => {
    expect(kinds([])).toEqual(['import', 'benchmark', 'design'])
    expect(kinds([dataset('clicks', 'damaged')])).toEqual(['import', 'benchmark', 'design'])
  })

  it('advise to train on a dataset without a run, then a second time, and then to compare the latest two', () => {
    const datasets = [dataset('clicks')]
    expect(overviewOf(database, datasets).nextSteps[0]).toEqual({ kind: 'train', dataset: 'clicks' })
    const first = add('first')
    expect(overviewOf(database, datasets).nextSteps[0]).toEqual({
      kind: 'again',
      dataset: 'clicks',
      run: first,
    })
    const second = add('second')
    add('elsewhere', { datasetId: 'views', datasetName: 'views' })
    const third = add('third')
    add('failed', {}, 'failed')
    expect(overviewOf(database, datasets).nextSteps[0]).toEqual({
      kind: 'compare',
      dataset: 'clicks',
      runs: [second, third],
    })
  })

  it('advise no more of what was done', () => {
    database.models.save(null, sampleModel())
    expect(kinds([dataset('clicks')])).toEqual(['train', 'benchmark'])
    expect(kinds([dataset('movielens-100k')])).toEqual(['train', 'import', 'benchmark'])
  })
})
