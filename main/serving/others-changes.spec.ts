import { expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { currentProcess } from '../platform/process-identity.ts'
import { sampleReport } from '../../test/helpers/sample-report.ts'
import { databaseWithRun, sampleRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import type { EngineEvent } from '../contract/events.ts'
import { OthersChanges } from './others-changes.ts'
import { RunChanges } from './run-changes.ts'

const news = (step: number) => ({
  points: [{ series: 'train/loss', step, epoch: 1, value: 0.5, elapsedMs: step }],
  lines: [{ at: '2026-01-01T00:00:00.000Z', level: 'info' as const, message: `step ${step}` }],
})

it('reports what another process adds to its run, from where the engine began, and how it ends', async () => {
  const folder = await temporaryFolder()
  const { database: other, id } = databaseWithRun(folder, { owner: { ...currentProcess(), pid: 1 } })
  other.saveUpdate(id, news(1))
  const database = openStudioDatabase(other.file)
  const reported: EngineEvent[] = []
  const emit = (event: EngineEvent) => reported.push(event)
  const changes = new OthersChanges(database, emit)
  const runChanges = new RunChanges(database, emit)
  const newsOfRun = () =>
    reported
      .splice(0)
      .flatMap((event) =>
        event.kind === 'run'
          ? [[event.status, event.points.map(({ step }) => step), event.lines.length]]
          : [],
      )

  changes.poll()
  expect(reported).toEqual([])
  other.saveUpdate(id, news(2))
  changes.poll()
  expect(newsOfRun()).toEqual([['starting', [2], 1]])
  other.saveUpdate(id, news(3))
  other.runs.end(id, { status: 'stopped', error: null })
  changes.poll()
  expect(newsOfRun()).toEqual([['stopped', [3], 1]])
  const saved = other.models.save(null, other.runs.get(id).model)
  changes.poll()
  const list = { kind: 'changed', changed: [], removed: [], total: 1 }
  const summary = { id: saved.id, name: saved.name, updatedAt: saved.updatedAt, nodes: 3 }
  expect(reported.splice(0)).toEqual([{ ...list, what: 'models', changed: [summary] }])
  other.models.remove(saved.id)
  changes.poll()
  expect(reported.splice(0)).toEqual([{ ...list, what: 'models', removed: [saved.id], total: 0 }])
  other.runs.patch(id, { name: 'renamed' })
  const result = other.benchmarks.add({
    createdAt: '2026-01-01T00:00:00.000Z',
    origin: 'cli',
    machine: sampleRun().environment,
    report: sampleReport(),
  })
  runChanges.poll()
  changes.poll()
  expect(reported.splice(0)).toMatchObject([
    { ...list, what: 'runs', changed: [{ id, name: 'renamed' }], more: false },
    { ...list, what: 'benchmarks', changed: [{ id: result.id }] },
  ])
  other.preferences.set('something', 1)
  runChanges.poll()
  changes.poll()
  expect(reported).toEqual([])
  database.close()
  other.close()
})
