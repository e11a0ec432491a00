/**
 * The power fails at random moments of a day's work: what was written since the last sync of each file is there or not, sector by
 * sector, and so are the last changes of names. Nothing that was acknowledged may be lost, and nothing may be damaged.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { checkWorkspace } from '../../main/upkeep/check/check-workspace.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { sampleRun } from '../helpers/sample-run.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { randomNumbers } from '../hostile/flipped-bits.ts'
import { buildRecorder, recorded, type Call } from './recording.ts'
import { afterPowerLoss, stateOf, type Before } from './replay.ts'

const points = Number(process.env.DLRM_POWER_POINTS ?? 200)
const seed = Number(process.env.DLRM_POWER_SEED ?? randomInt(2 ** 31))

/**
 * What a power failure may cost: points between two checkpoints are stored without waiting for the disk. The next start says so.
 */
const LOST_QUICK = /^\S+studio\.db-wal is damaged: changes that were stored shortly before[^;]*$/

let folder: string
let workspace: string
let run: string
let calls: Call[] | null = null
let before: Before

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dlrm-studio-power-'))
  workspace = join(folder, 'workspace')
  mkdirSync(workspace)
  const { manifest, model, config } = await smallTraining(workspace, { keepAllCheckpoints: true })
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const named = { datasetId: 'clicks', datasetName: 'clicks', datasetHash: manifest.hash }
  run = database.runs.create(sampleRun({ model, config, ...named })).id
  database.close()
  const clicks = join(folder, 'more.csv')
  await writeClicks(clicks, 500)
  const library = buildRecorder(folder)
  if (!library) return
  // In one file, as every process of the app is.
  const script = join(import.meta.dirname, '../../dist/power-workload.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'workload.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  before = stateOf(workspace)
  calls = await recorded(library, workspace, script, [workspace, clicks, run])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a person had been told when the power failed. */
function acknowledged(until: readonly Call[]): string[] {
  const told = until.find((call) => call.kind === 'create' && call.path.endsWith('/acknowledged'))
  const inode = told && 'inode' in told ? told.inode : ''
  const written = until.filter((call) => call.kind === 'write' && call.inode === inode)
  return written
    .map((call) => (call.kind === 'write' ? call.bytes.toString('utf8') : ''))
    .join('')
    .split('\n')
    .filter(Boolean)
}

it(`loses nothing that was acknowledged at ${points} moments (seed ${seed})`, async () => {
  if (!calls) return
  const random = randomNumbers(seed)
  const work = { signal: new AbortController().signal, report: () => undefined }
  const out = join(folder, 'after')
  const kinds = Map.groupBy(calls, ({ kind }) => kind)
  console.log(
    `DLRM_POWER_SEED=${seed}, ${calls.length} calls: ${[...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(', ')}`,
  )
  let told = 0
  for (let point = 0; point < points; point++) {
    const count = Math.floor(random() * (calls.length + 1))
    rmSync(out, { recursive: true, force: true })
    afterPowerLoss(before, calls, count, random, out)
    const where = { point, count }
    const promises = acknowledged(calls.slice(0, count))
    told += promises.length
    const wrong = (await checkWorkspace(out, work)).filter(({ ok, found }) => !ok && !LOST_QUICK.test(found))
    expect({ where, wrong }).toEqual({ where, wrong: [] })
    expect({ where, lost: await lostOf(out, promises) }).toEqual({ where, lost: [] })
  }
  console.log(`${points} power failures, ${told} acknowledged things looked for`)
}, 1_800_000)

/** The acknowledged things that are not there any more. */
async function lostOf(place: string, promises: readonly string[]): Promise<string[]> {
  const database = openStudioDatabase(join(place, 'studio.db'))
  const datasets = new DatasetService({ workspace: place })
  try {
    const ids = new Set((await datasets.list()).map(({ id }) => id))
    const inTrash = new Set((await datasets.trashed()).map(({ id }) => id))
    const epochs = new Set(database.epochs.list(run).map(({ epoch }) => String(epoch)))
    const steps = new Set(database.checkpoints.list(run).map(({ step }) => String(step)))
    const benchmarks = new Set(database.benchmarks.list().map(({ id }) => id))
    const models = new Set([
      ...database.models.page(null, 10).map(({ id }) => id),
      ...database.trash.list().map(({ id }) => id),
    ])
    return promises.filter((promise, at) => {
      const [kind, what = '', count] = promise.split(' ')
      // It may have been taken back, by the next thing or by one that was not acknowledged any more.
      const isLatest = !promises.slice(at + 1).some((later) => /^(dataset|trashed)/.test(later))
      switch (kind) {
        case 'epoch':
          return !epochs.has(what)
        case 'checkpoint':
          return !steps.has(what)
        case 'benchmark':
          return !benchmarks.has(what)
        case 'dataset':
        case 'trashed':
          return isLatest && !ids.has('again') && inTrash.size === 0
        case 'trash':
          return !models.has(what)
        default:
          return (
            !models.has(what) ||
            (database.trash.has('model', what) ? false : database.models.undoState(what).done < Number(count))
          )
      }
    })
  } finally {
    await datasets.close()
    database.close()
  }
}
