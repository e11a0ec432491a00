import { execFileSync } from 'node:child_process'
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { smallTraining, type SmallTraining } from '../../test/helpers/small-training.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { RUN, trainHere } from '../../test/helpers/train-here.ts'
import { checkpointFolder, CheckpointStore } from './checkpoints.ts'

/** A run of two epochs, with a checkpoint after each. */
async function trainedRun(): Promise<{ training: SmallTraining; folder: string; store: CheckpointStore }> {
  const training = await smallTraining(await temporaryFolder(), { keepAllCheckpoints: true })
  await trainHere(training)
  const { workspace, config, manifest } = training
  const store = new CheckpointStore({ workspace, run: RUN, datasetHash: manifest.hash, config })
  return { training, folder: checkpointFolder(workspace, RUN), store }
}

/** Changes the newest checkpoint's record as a hand or a bad disk might. */
async function changeRecord(
  folder: string,
  change: (record: Record<string, unknown>) => unknown,
): Promise<void> {
  const path = join(folder, '50.json')
  const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify(change(record)))
}

const damages: [string, (folder: string) => Promise<void>][] = [
  ['cut off', (folder) => truncate(join(folder, '50.safetensors'), 100_000)],
  [
    'changed in one bit',
    async (folder) => {
      const path = join(folder, '50.safetensors')
      const bytes = await readFile(path)
      const middle = bytes.length >> 1
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
      await writeFile(path, bytes)
    },
  ],
  ['without its record’s end', (folder) => truncate(join(folder, '50.json'), 200)],
  ['with an empty record', (folder) => truncate(join(folder, '50.json'))],
  ['with a record that is no object', (folder) => writeFile(join(folder, '50.json'), '[]')],
  ['of another format', (folder) => changeRecord(folder, (record) => ({ ...record, format: 'other' }))],
  ['of a later version', (folder) => changeRecord(folder, (record) => ({ ...record, version: 2 }))],
  ['with a field too many', (folder) => changeRecord(folder, (record) => ({ ...record, code: 'x' }))],
  [
    'at a negative step',
    (folder) =>
      changeRecord(folder, (record) => ({
        ...record,
        position: { ...(record.position as object), step: -1 },
      })),
  ],
  [
    'that belongs to another step',
    (folder) =>
      changeRecord(folder, (record) => ({
        ...record,
        position: { ...(record.position as object), step: 7 },
      })),
  ],
  ['of another run', (folder) => changeRecord(folder, (record) => ({ ...record, run: 'r-other' }))],
  ['of another dataset', (folder) => changeRecord(folder, (record) => ({ ...record, datasetHash: '00' }))],
]
it.each(damages)('passes over a checkpoint %s and goes on from the one before', async (_title, damage) => {
  const { training, folder, store } = await trainedRun()
  await damage(folder)
  const { checkpoint, damaged } = await store.newestIntact()
  expect(checkpoint?.record.position.step).toBe(25)
  expect(damaged).toEqual([`checkpoints/${RUN}/50.safetensors`])
  const { messages, outcome } = await trainHere(training, { resume: true })
  expect(outcome).toBe('completed')
  expect(messages[0]).toMatchObject({ kind: 'begun', step: 25 })
  const lines = messages.flatMap((message) => ('lines' in message ? message.lines : []))
  expect(lines[0]).toMatchObject({
    level: 'warning',
    message: `The checkpoint checkpoints/${RUN}/50.safetensors is damaged and was skipped.`,
  })
})

it('begins again, and says so, where every checkpoint is damaged', async () => {
  const { training, folder } = await trainedRun()
  for (const step of [25, 50]) await truncate(join(folder, `${step}.safetensors`), 10)
  const { messages, points } = await trainHere(training, { resume: true })
  expect(messages[0]).toMatchObject({ kind: 'begun', step: 0, epochs: [] })
  const lines = messages.flatMap((message) => ('lines' in message ? message.lines : []))
  expect(lines.map(({ message }) => message)).toContain(
    'There is no intact checkpoint: the run starts again.',
  )
  expect(points).toEqual((await trainHere(await smallTraining(await temporaryFolder()))).points)
})

it('does not mistake a checkpoint that has no record for one, and takes it away', async () => {
  const { folder, store } = await trainedRun()
  await writeFile(join(folder, '75.safetensors'), 'half')
  await writeFile(join(folder, '80.4711.tmp'), 'half')
  await writeFile(join(folder, '80.json.4711.tmp'), 'half')
  expect((await store.newestIntact()).checkpoint?.record.position.step).toBe(50)
  await store.removeLeftovers()
  expect((await readdir(folder)).toSorted()).toEqual([
    '25.json',
    '25.safetensors',
    '50.json',
    '50.safetensors',
    'test-predictions.f32',
    'test-predictions.sha256',
  ])
})

it('lists what lies in the folder, with the best one marked', async () => {
  const { store } = await trainedRun()
  expect((await store.list(25)).map(({ step, epoch, kind }) => ({ step, epoch, kind }))).toEqual([
    { step: 25, epoch: 1, kind: 'best' },
    { step: 50, epoch: 2, kind: 'kept' },
  ])
})

// A device on which every write fails as on a full disk; an administrator can make one, and a link to it is not followed.
it.runIf(process.platform === 'linux' && process.getuid?.() === 0).each([
  ['the parameters', `25.${process.pid}.tmp`],
  ['the record', `25.json.${process.pid}.tmp`],
])(
  'fails as DiskFull where the disk is full when it writes %s, and leaves nothing half',
  async (_title, name) => {
    const training = await smallTraining(await temporaryFolder())
    const folder = checkpointFolder(training.workspace, RUN)
    const fill = () => execFileSync('mknod', [join(folder, name), 'c', '1', '7'])
    const failure = trainHere(training, { onMessage: ({ kind }) => kind === 'begun' && fill() })
    await expect(failure).rejects.toMatchObject({
      data: {
        code: 'DiskFull',
        message: expect.stringMatching(/free some space and resume the run/),
        file: folder,
      },
    })
    expect(await readdir(folder)).toEqual(['test-predictions.f32', 'test-predictions.sha256'])
    expect((await trainHere(training, { resume: true })).outcome).toBe('completed')
  },
)
