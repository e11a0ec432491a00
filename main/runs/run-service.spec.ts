import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { smallTraining, type SmallTraining } from '../../test/helpers/small-training.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { optimizer, type TrainingConfig } from '../contract/training.ts'
import type { EngineEvent } from '../contract/events.ts'
import { databaseFile } from '../platform/workspace.ts'
import { RunService } from './run-service.ts'

/** Long enough to be controlled, and ended by the test. */
const ENDLESS = { epochs: 100_000, logEvery: 1000 }

/** The service of a workspace with a dataset; closed and removed when the test ends. */
async function newService(changes: Partial<TrainingConfig> = {}) {
  const training = await smallTraining(await temporaryFolder(), changes)
  const database = openStudioDatabase(databaseFile(training.workspace))
  const events: EngineEvent[] = []
  const listeners = new Set<() => void>()
  const service = new RunService({
    workspace: training.workspace,
    database,
    origin: 'cli',
    onEvent: (event) => {
      events.push(event)
      for (const listener of listeners) listener()
    },
  })
  onTestFinished(async () => {
    await service.close()
    database.close()
  })
  /** Resolves once an event leaves the run in this state. */
  const untilStatus = (id: string, wanted: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (database.runs.row(id).status !== wanted) return
        listeners.delete(check)
        resolve()
      }
      listeners.add(check)
      check()
    })
  return { training, database, events, service, untilStatus }
}

const startOf = ({ dataset, model, config }: SmallTraining) => ({ dataset, model, config })

it('trains a run to its end and stores every epoch, point, line and checkpoint', async () => {
  const { service, training, database, events } = await newService()
  const { id } = await service.start(startOf(training))
  expect(await service.waitForEnd(id)).toMatchObject({ status: 'completed', error: null, ownedHere: false })
  expect(database.epochs.list(id).map(({ epoch }) => epoch)).toEqual([1, 2])
  const points = database.points.after(id, 0, 1000)
  expect(points.filter(({ series }) => series === 'train/loss').map(({ step }) => step)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  )
  expect(database.log.after(id, 0, 100).map(({ message }) => message)).toEqual([
    'Training started.',
    expect.stringMatching(/^epoch 1, training loss/),
    expect.stringMatching(/^epoch 2, training loss/),
    'Training completed.',
  ])
  expect(database.checkpoints.list(id).at(-1)).toMatchObject({ step: 50 })
  const reported = events.flatMap((event) => (event.kind === 'run' && event.id === id ? event.points : []))
  expect(reported).toEqual(points)
})

it('pauses a run, continues it and stops it', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await service.pause(id)
  await untilStatus(id, 'paused')
  expect(database.checkpoints.list(id)).not.toEqual([])
  await service.resume(id)
  await untilStatus(id, 'running')
  await service.stop(id)
  expect(await service.waitForEnd(id)).toMatchObject({ status: 'stopped', error: null })
  await expect(service.stop(id)).rejects.toMatchObject({ data: { code: 'InvalidState' } })
})

it('resumes a stopped run to the same end as one never stopped', async () => {
  const settings = { epochs: 40, logEvery: 20 }
  const { service, training, database, untilStatus } = await newService(settings)
  const whole = await service.start(startOf(training))
  await service.waitForEnd(whole.id)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await service.stop(id)
  const { status } = await service.waitForEnd(id)
  expect(status).toBe('stopped')
  await service.resume(id)
  await service.waitForEnd(id)
  const losses = (run: string) =>
    database.points.after(run, 0, 1e5).map(({ series, step, value }) => [series, step, value])
  expect(losses(id)).toEqual(losses(whole.id))
  expect(database.checkpoints.list(id).at(-1)?.sha256).toBe(
    database.checkpoints.list(whole.id).at(-1)?.sha256,
  )
})

it('takes requests of another process from the database', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  const other = openStudioDatabase(database.file)
  other.requests.ask(id, 'pause')
  await untilStatus(id, 'paused')
  other.requests.ask(id, 'stop')
  expect(await service.waitForEnd(id)).toMatchObject({ status: 'stopped' })
  other.close()
})

it('forgets what was asked of a former owner when the run is resumed', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await service.stop(id)
  await service.waitForEnd(id)
  database.requests.ask(id, 'stop')
  await service.resume(id)
  expect(database.requests.take(id)).toEqual([])
  await untilStatus(id, 'running')
})

it('keeps the failure of a run that diverges, and does not resume it', async () => {
  const wild = { ...optimizer('sgd', 1000), l2: 1000 }
  const { service, training } = await newService({ tables: wild, dense: wild })
  const { id } = await service.start(startOf(training))
  expect(await service.waitForEnd(id)).toMatchObject({
    status: 'failed',
    error: { code: 'Diverged', message: expect.stringMatching(/try a lower learning rate/) },
  })
  await expect(service.resume(id)).rejects.toMatchObject({ data: { code: 'InvalidState' } })
})

it('does not resume a run that is completed', async () => {
  const { service, training } = await newService({ epochs: 1 })
  const { id } = await service.start(startOf(training))
  await service.waitForEnd(id)
  await expect(service.resume(id)).rejects.toThrow(/is completed: start a new run with more epochs/)
})

it('leaves a stopped run stopped where its dataset is gone', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await service.stop(id)
  await service.waitForEnd(id)
  await rm(join(training.workspace, 'datasets', training.dataset), { recursive: true })
  await expect(service.resume(id)).rejects.toMatchObject({ data: { code: 'NotFound' } })
  expect(database.runs.row(id).status).toBe('stopped')
})

it('moves an ended run to the trash, and no living one', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await expect(service.remove(id)).rejects.toMatchObject({ data: { code: 'InvalidState' } })
  await service.stop(id)
  await service.waitForEnd(id)
  expect(await service.remove(id)).toBe(id)
  expect(database.runList.newest(100)).toEqual([])
  await expect(service.resume(id)).rejects.toThrow(`Run ${id} is in the trash: restore it first.`)
  expect(await readdir(join(training.workspace, 'checkpoints'))).toEqual([id])
})

it('stops what runs when it closes, with a checkpoint to go on from', async () => {
  const { service, training, database, untilStatus } = await newService(ENDLESS)
  const { id } = await service.start(startOf(training))
  await untilStatus(id, 'running')
  await service.close()
  expect(database.runs.row(id).status).toBe('stopped')
  expect(database.checkpoints.list(id)).not.toEqual([])
})

it('refuses a name of no or too many characters, a backend that is not set up and a decay inside the warm-up before anything is stored', async () => {
  const { service, training, database } = await newService()
  const start = (changes: Partial<TrainingConfig>) =>
    service.start({ ...startOf(training), config: { ...training.config, ...changes } })
  vi.stubEnv('DLRM_STUDIO_DATA', training.workspace)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expect(start({ backend: 'tensorflow' })).rejects.toMatchObject({ data: { code: 'NotFound' } })
  for (const name of ['', 'x'.repeat(201)]) {
    const named = service.start({ ...startOf(training), name })
    await expect(named).rejects.toMatchObject({ data: { code: 'InvalidArgument', field: 'name' } })
  }
  const schedule = { warmupSteps: 10, decayStartStep: 5, decaySteps: 10 }
  await expect(start({ schedule })).rejects.toMatchObject({ data: { code: 'InvalidArgument' } })
  expect(database.runList.newest(100)).toEqual([])
})

it('says in the run’s error which initial parameter does not fit', async () => {
  const { service, training } = await newService()
  const golden = join(import.meta.dirname, '../../test/fixtures/reference/movielens/seed0_init.safetensors')
  const { id } = await service.start({ ...startOf(training), initialParameters: golden })
  expect(await service.waitForEnd(id)).toMatchObject({
    status: 'failed',
    error: { code: 'InvalidArgument', message: expect.stringMatching(/do not fit the model/), file: golden },
  })
})
