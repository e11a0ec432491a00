/** Damage: small files of a workspace are cut to every length. Each must be named, and everything else stay usable. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { toErrorData } from '../../main/contract/errors.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { testPredictions } from '../../main/runs/test-rows.ts'
import { damagedCheckpoints } from '../../main/training/damaged-checkpoints.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'

/** Of the lengths only every so many are tried; 1 in `npm run test:damage`. */
const stride = Number(process.env.DLRM_TRUNCATION_STRIDE ?? 997)

let workspace: string
let run: string
let datasets: DatasetService

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-truncation-'))
  run = await storedWorkspace(workspace)
  datasets = new DatasetService({ workspace })
})
afterAll(async () => {
  await datasets.close()
  await rm(workspace, { recursive: true, force: true })
})

/** Cuts the file to every length and returns those at which `isNamed` found nothing wrong. */
async function unnamedLengths(file: string, isNamed: () => unknown): Promise<number[]> {
  const path = join(workspace, file)
  const content = readFileSync(path)
  const unnamed: number[] = []
  try {
    for (
      let length = content.length - 1;
      length >= 0;
      length = length > 0 ? Math.max(0, length - stride) : -1
    ) {
      writeFileSync(path, content)
      truncateSync(path, length)
      if (!(await isNamed())) unnamed.push(length)
    }
  } finally {
    writeFileSync(path, content)
  }
  return unnamed
}

const named = async (work: () => unknown, name: string): Promise<boolean> => {
  try {
    await work()
    return false
  } catch (error) {
    const { code, message } = toErrorData(error)
    return code === 'Corrupt' && message.includes(name)
  }
}

it('a database of every smaller length is refused by name, and the datasets and checkpoints stay usable', async () => {
  const file = join(workspace, 'studio.db')
  const unnamed = await unnamedLengths('studio.db', async () => {
    const found = await named(() => openStudioDatabase(file).close(), file)
    for (const ending of ['-wal', '-shm', '-journal']) rmSync(`${file}${ending}`, { force: true })
    return found
  })
  expect(unnamed).toEqual([])
  truncateSync(file, 5000)
  expect((await datasets.verify('clicks')).name).toBe('clicks')
  expect(await damagedCheckpoints(workspace, run)).toMatchObject({ damaged: [] })
  expect(await testPredictions(workspace, run, null)).not.toBeNull()
}, 1_800_000)

it('a file of a dataset of every smaller length is named', async () => {
  const listed = async () => (await datasets.list())[0]?.problem?.includes('clicks') ?? false
  expect({ manifest: await unnamedLengths('datasets/clicks/manifest.json', listed) }).toEqual({
    manifest: [],
  })
  for (const { path } of (await datasets.show('clicks')).files) {
    const unnamed = await unnamedLengths(`datasets/clicks/${path}`, () =>
      named(() => datasets.verify('clicks'), 'clicks'),
    )
    expect({ path, unnamed }).toEqual({ path, unnamed: [] })
  }
}, 1_800_000)

it('a file of a checkpoint, and test predictions, of every smaller length are named, and the others stay intact', async () => {
  const folder = `checkpoints/${run}`
  const files = readdirSync(join(workspace, folder))
  const whole = await damagedCheckpoints(workspace, run)
  for (const file of files) {
    const isPredictions = file.startsWith('test-predictions')
    const unnamed = await unnamedLengths(`${folder}/${file}`, async () => {
      if (isPredictions) return named(() => testPredictions(workspace, run, null), 'test-predictions')
      const { intact, damaged } = await damagedCheckpoints(workspace, run)
      return (
        intact === whole.intact - 1 && damaged.length === 1 && damaged[0]?.includes(file.split('.')[0] ?? '')
      )
    })
    expect({ file, unnamed }).toEqual({ file, unnamed: [] })
  }
}, 1_800_000)
