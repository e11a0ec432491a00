import { columnsOf } from '../datasets/columns-of.ts'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { smallTraining, type SmallTraining } from '../../test/helpers/small-training.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { epochsOf, RUN, trainHere, type Trained } from '../../test/helpers/train-here.ts'
import type { SplitChoice } from '../contract/datasets.ts'
import { optimizer, type TrainingConfig } from '../contract/training.ts'
import { DatasetService } from '../datasets/dataset-service.ts'
import { presetDocument } from '../model/presets/index.ts'
import type { RunControl } from './run-control.ts'
import type { TrainerMessage } from './protocol.ts'

/** Stops the run at its first checkpoint inside an epoch. */
const stopAtCheckpoint = (message: TrainerMessage, control: RunControl): void => {
  if (message.kind === 'checkpoint') control.stop()
}

/** Stops the run when an epoch has ended. */
const stopAtEpoch = (message: TrainerMessage, control: RunControl): void => {
  if (message.kind === 'epoch') control.stop()
}

/** What the epochs came to, without the time that they took. */
const untimed = (trained: Trained) => epochsOf(trained).map(({ result }) => ({ ...result, durationMs: 0 }))

/** Validation and test rows all have the label 0. */
async function oneClassTraining(changes: Partial<TrainingConfig>): Promise<SmallTraining> {
  const training = await smallTraining(await temporaryFolder(), changes, 100)
  const dataset = 'oneclass'
  const datasets = new DatasetService({ workspace: training.workspace })
  const files = [fileURLToPath(new URL('../../test/fixtures/cases/oneclass.csv', import.meta.url))]
  const split: SplitChoice = { kind: 'tail', validation: 0.1, test: 0.1 }
  await datasets.waitForJob(await datasets.startImport({ name: dataset, files, format: 'csv', split }))
  const manifest = await datasets.show(dataset)
  await datasets.close()
  return { ...training, dataset, manifest, model: presetDocument('dlrm', columnsOf(manifest), {}) }
}

const modelHash = (messages: TrainerMessage[]): string | undefined =>
  messages.flatMap((message) => (message.kind === 'epoch' ? [message.checkpoint.saved.sha256] : [])).at(-1)

it('trains every row of every epoch, and says the mean loss of so many steps', async () => {
  const training = await smallTraining(await temporaryFolder(), { logEvery: 10 })
  const trained = await trainHere(training)
  expect(trained.outcome).toBe('completed')
  const steps = Object.keys(trained.points).filter((key) => key.startsWith('train/loss'))
  expect(steps).toEqual([10, 20, 30, 40, 50].map((step) => `train/loss ${step}`))
  const results = epochsOf(trained).map(({ result }) => result)
  expect(results).toMatchObject([
    { epoch: 1, validation: { rows: 100 }, test: { rows: 100 } },
    { epoch: 2, validation: { rows: 100 }, test: { rows: 100 } },
  ])
  expect(results[1]?.trainLoss).toBeLessThan(results[0]?.trainLoss ?? 0)
  expect(trained.points['test/auc 50']).toBe(results[1]?.test?.auc)
})

it('means over the steps what it logs, and over the rows what an epoch lost', async () => {
  const training = await smallTraining(await temporaryFolder(), { epochs: 1, batchSize: 64 })
  const each = await trainHere(training)
  // 800 rows in batches of 64: twelve whole ones and a half.
  const losses = Array.from({ length: 13 }, (_, step) => each.points[`train/loss ${step + 1}`] ?? NaN)
  const total = losses.reduce((sum, loss, step) => sum + loss * (step < 12 ? 64 : 32), 0)
  expect(epochsOf(each)[0]?.result.trainLoss).toBeCloseTo(total / 800, 12)
  const other = await smallTraining(await temporaryFolder(), { epochs: 1, batchSize: 64, logEvery: 13 })
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / 13
  expect((await trainHere(other)).points['train/loss 13']).toBeCloseTo(mean, 12)
})

it.each([
  { title: 'a gradient each step', accumulateBatches: 1 },
  { title: 'gradients of batches that do not fill an epoch evenly', accumulateBatches: 4 },
])('goes on bit by bit where it was stopped, with $title', async ({ accumulateBatches }) => {
  const settings = { accumulateBatches, checkpointEverySteps: 10, logEvery: 3 }
  const whole = await trainHere(await smallTraining(await temporaryFolder(), settings))
  const training = await smallTraining(await temporaryFolder(), settings)
  const begun = await trainHere(training, { onMessage: stopAtCheckpoint })
  expect(begun.outcome).toBe('stopped')
  const toEpoch = await trainHere(training, { resume: true, onMessage: stopAtEpoch })
  expect(toEpoch.messages[0]).toMatchObject({ kind: 'begun', step: accumulateBatches === 1 ? 10 : 12 })
  const goneOn = await trainHere(training, { resume: true })
  expect({ ...begun.points, ...toEpoch.points, ...goneOn.points }).toEqual(whole.points)
  expect(modelHash(goneOn.messages)).toBe(modelHash(whole.messages))
  expect([...untimed(toEpoch), ...untimed(goneOn)]).toEqual(untimed(whole))
})

it('keeps points that no owner has confirmed in every checkpoint, however often it is resumed', async () => {
  const training = await smallTraining(await temporaryFolder(), { checkpointEverySteps: 10 })
  const first = await trainHere(training, { onMessage: stopAtCheckpoint })
  expect(Object.keys(first.points)).toHaveLength(10)
  for (let resumes = 0; resumes < 3; resumes++) {
    const { messages, points } = await trainHere(training, {
      resume: true,
      onMessage: (message, control) => message.kind === 'begun' && control.stop(),
    })
    expect(messages.map(({ kind }) => kind)).toEqual(['begun', 'checkpoint'])
    expect(points).toEqual(first.points)
  }
})

it('goes on from the end of an epoch without training it again', async () => {
  const training = await smallTraining(await temporaryFolder())
  const begun = await trainHere(training, { onMessage: stopAtEpoch })
  expect(begun.outcome).toBe('stopped')
  const goneOn = await trainHere(training, { resume: true })
  expect(goneOn.messages[0]).toMatchObject({ kind: 'begun', step: 25, epochs: [{ epoch: 1 }] })
  expect(epochsOf(goneOn).map(({ result }) => result.epoch)).toEqual([2])
})

it('keeps the newest checkpoint and the best one', async () => {
  const settings = { epochs: 6, bestMetric: 'logLoss', checkpointEverySteps: 7 } as const
  const training = await smallTraining(await temporaryFolder(), settings)
  const trained = await trainHere(training)
  const losses = epochsOf(trained).map(({ result }) => result.validation?.logLoss ?? NaN)
  const best = losses.indexOf(Math.min(...losses)) + 1
  const kept = [...new Set([best * 25, 150])].toSorted((a, b) => a - b)
  const names = await readdir(join(training.workspace, 'checkpoints', RUN))
  expect(names.toSorted()).toEqual(
    [
      ...kept.flatMap((step) => [`${step}.json`, `${step}.safetensors`]),
      'test-predictions.f32',
      'test-predictions.sha256',
    ].toSorted(),
  )
})

it('keeps all checkpoints where that is asked for', async () => {
  const training = await smallTraining(await temporaryFolder(), { epochs: 3, keepAllCheckpoints: true })
  await trainHere(training)
  const names = await readdir(join(training.workspace, 'checkpoints', RUN))
  expect(names.filter((name) => name.endsWith('.json')).toSorted()).toEqual(['25.json', '50.json', '75.json'])
})

it.each([
  [1, 'Stopped early: no better validation log loss in 1 epoch.'],
  [2, 'Stopped early: no better validation log loss in 2 epochs.'],
])(
  'stops early once the validation metric has not improved for so many epochs: %i',
  async (patience, sentence) => {
    const stubborn = { tables: optimizer('adagrad', 1), dense: optimizer('adagrad', 0.05) }
    const settings = { ...stubborn, epochs: 50, earlyStopping: { patience }, bestMetric: 'logLoss' } as const
    const trained = await trainHere(await smallTraining(await temporaryFolder(), settings))
    expect(trained.outcome).toBe('completed')
    const losses = epochsOf(trained).map(({ result }) => result.validation?.logLoss ?? NaN)
    expect(losses.length).toBeLessThan(50)
    expect(losses.indexOf(Math.min(...losses))).toBe(losses.length - patience - 1)
    const lines = epochsOf(trained).flatMap((message) => message.lines.map((line) => line.message))
    expect(lines).toContain(sentence)
  },
)

it('goes by log loss from the first epoch on where AUC is undefined, resumed or not', async () => {
  const oneClass = () => oneClassTraining({ epochs: 4, earlyStopping: { patience: 2 }, bestMetric: 'auc' })
  const whole = await trainHere(await oneClass())
  expect(epochsOf(whole).map(({ result }) => result.validation?.auc)).toEqual([null, null, null, null])
  const lines = epochsOf(whole).flatMap((message) => message.lines)
  expect(lines.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual([
    'AUC is undefined on the validation rows (every row has the label 0): ' +
      'the best epoch and early stopping use log loss instead.',
  ])
  const training = await oneClass()
  await trainHere(training, { onMessage: stopAtEpoch })
  const goneOn = await trainHere(training, { resume: true })
  expect(modelHash(goneOn.messages)).toBe(modelHash(whole.messages))
})

it('holds while it is paused, with a checkpoint, and goes on', async () => {
  const training = await smallTraining(await temporaryFolder(), { checkpointEverySteps: 10 })
  let paused = false
  const trained = await trainHere(training, {
    onMessage: (message, control) => {
      if (message.kind === 'checkpoint' && !paused) control.pause()
      if (message.kind === 'paused') {
        paused = true
        setImmediate(() => control.resume())
      }
    },
  })
  const kinds = trained.messages.map(({ kind }) => kind).filter((kind) => kind !== 'update')
  expect(kinds.slice(0, 5)).toEqual(['begun', 'checkpoint', 'checkpoint', 'paused', 'continued'])
  const whole = await trainHere(await smallTraining(await temporaryFolder()))
  expect(trained.points).toEqual(whole.points)
})

it('can be stopped while it is paused', async () => {
  const training = await smallTraining(await temporaryFolder(), { checkpointEverySteps: 10 })
  const trained = await trainHere(training, {
    onMessage: (message, control) => {
      if (message.kind === 'checkpoint') control.pause()
      if (message.kind === 'paused') control.stop()
    },
  })
  expect(trained.outcome).toBe('stopped')
})

it('fails as diverged at the step whose loss is no number, and keeps the checkpoint before', async () => {
  const wild = { ...optimizer('sgd', 1000), l2: 1000 }
  const training = await smallTraining(await temporaryFolder(), { tables: wild, dense: wild })
  await expect(trainHere(training)).rejects.toMatchObject({
    data: { code: 'Diverged', message: expect.stringMatching(/^The loss at step \d+ of epoch 1 is NaN/) },
  })
})

it('fails as diverged where only the evaluation shows it', async () => {
  const wilder = { ...optimizer('sgd', 1e30), l2: 1e30 }
  const training = await smallTraining(await temporaryFolder(), {
    tables: wilder,
    dense: wilder,
    batchSize: 800,
  })
  await expect(trainHere(training)).rejects.toMatchObject({
    data: {
      code: 'Diverged',
      message: expect.stringMatching(/^The validation log loss after epoch 1 is NaN/),
    },
  })
  expect(await readdir(join(training.workspace, 'checkpoints', RUN))).toEqual([])
})

it.each(['native', 'tensorflow'] as const)(
  'reports with an epoch how its steps spent their time on %s, after some have warmed the machine up',
  async (backend) => {
    const training = await smallTraining(await temporaryFolder(), { backend, epochs: 2 })
    const profiles = epochsOf(await trainHere(training)).map(({ profile }) => profile)
    const profile = profiles.at(-1)
    expect(profile?.steps).toBeGreaterThan(0)
    expect(profile?.steps).toBeLessThanOrEqual(30)
    const operations = profile?.operations ?? []
    expect(operations.map(({ name, phase }) => `${phase} ${name}`)).toEqual(
      expect.arrayContaining([
        'forward tables',
        'backward tables',
        'update tables',
        'update dense parameters',
      ]),
    )
    const inside = operations.reduce((sum, { ms }) => sum + ms, 0)
    expect(inside).toBeGreaterThan(0)
    expect(inside).toBeLessThanOrEqual(profile?.msPerStep ?? 0)
  },
)
