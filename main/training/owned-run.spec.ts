import { execFileSync } from 'node:child_process'
import { constants, getPriority } from 'node:os'
import { expect, it, onTestFinished } from 'vitest'
import { sampleRun } from '../../test/helpers/sample-run.ts'
import { smallTraining } from '../../test/helpers/small-training.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { requireDataset } from '../datasets/catalogue.ts'
import { datasetFolders } from '../datasets/workspace-folders.ts'
import { databaseFile } from '../platform/workspace.ts'
import { OwnedRun } from './owned-run.ts'

/** A run whose trainer is at work. */
async function runningTrainer({ lowPriority }: { lowPriority?: boolean } = {}) {
  const { workspace, dataset, manifest, model, config } = await smallTraining(await temporaryFolder(), {
    epochs: 100_000,
    logEvery: 1000,
  })
  const database = openStudioDatabase(databaseFile(workspace))
  const { id } = database.runs.create(sampleRun({ model, config, datasetHash: manifest.hash }))
  const events: EngineEvent[] = []
  let begun = (): void => undefined
  const begins = new Promise<void>((resolve) => (begun = resolve))
  const run = new OwnedRun({
    database,
    lowPriority,
    onChange: () => undefined,
    onEvent: (event) => {
      events.push(event)
      if (event.kind === 'run' && event.status === 'running') begun()
    },
    job: {
      run: id,
      workspace,
      datasetFolder: requireDataset(datasetFolders(workspace), dataset),
      datasetHash: manifest.hash,
      model,
      config,
      initialParameters: null,
      resume: false,
    },
  })
  onTestFinished(async () => {
    run.control('stop')
    await run.ended
    database.close()
  })
  await begins
  return { database, id, run, events }
}

function trainerPid(): number {
  const listing = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const line = listing
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(
      ([, parent, ...args]) =>
        Number(parent) === process.pid && args.some((arg) => arg.endsWith('trainer.mjs')),
    )
  return Number(line?.[0])
}

it('leaves the run interrupted, with the reason, where its trainer is killed', async () => {
  const { database, id, run, events } = await runningTrainer()
  process.kill(trainerPid(), 'SIGKILL')
  expect(await run.ended).toBe(true)
  expect(database.runs.row(id)).toMatchObject({
    status: 'interrupted',
    owner: null,
    error: { code: 'TrainerGone', message: expect.stringMatching(/was killed by SIGKILL.*memory/) },
  })
  expect(database.log.after(id, 0, 100).at(-1)).toMatchObject({ level: 'error' })
  expect(events.findLast((event) => event.kind === 'run')).toMatchObject({ status: 'interrupted' })
})

it.each([
  [true, constants.priority.PRIORITY_BELOW_NORMAL],
  [false, getPriority()],
])('trains with low priority: %s', async (lowPriority, priority) => {
  await runningTrainer({ lowPriority })
  expect(getPriority(trainerPid())).toBe(priority)
})

it('stops the run where a trainer is asked to exit', async () => {
  const { database, id, run } = await runningTrainer()
  process.kill(trainerPid(), 'SIGTERM')
  await run.ended
  expect(database.runs.row(id)).toMatchObject({ status: 'stopped', error: null })
  expect(database.checkpoints.list(id)).not.toEqual([])
})

it('fails the run if its updates cannot be stored, and reports how it ended once they can be', async () => {
  const { database, id, run } = await runningTrainer()
  // As on a disk that is full for a while: nothing can be added to the tables in which a run's updates are stored.
  const statements = ['metric_points', 'log_lines'].map(
    (table) => `CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(FAIL, 'full'); END`,
  )
  const { Connection } = await import('../../db/connection.ts')
  const connection = new Connection(database.file)
  connection.script(statements.join(';'))
  expect(await run.ended).toBe(false)
  expect(database.runs.row(id).status).toBe('running')
  expect(run.storeEnd()).toBe(false)
  connection.script('DROP TRIGGER full_metric_points; DROP TRIGGER full_log_lines')
  connection.close()
  expect(run.storeEnd()).toBe(true)
  expect(database.runs.row(id)).toMatchObject({ status: 'failed', owner: null, error: { message: 'full' } })
})
