/** Flips one bit of a workspace and reads everything. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { openStudioDatabase, type StudioDatabase } from '../../db/index.ts'
import { toErrorData } from '../../main/contract/errors.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { predictRun } from '../../main/runs/predict-run.ts'
import { showStoredRun } from '../../main/runs/summaries.ts'
import { testLabels, testPredictions } from '../../main/runs/test-rows.ts'
import { CheckpointStore } from '../../main/training/checkpoints.ts'
import { damagedCheckpoints } from '../../main/training/damaged-checkpoints.ts'

/** What was read, item by item, or the reason if an item was refused. */
export interface Observation {
  items: Record<string, string>
  refusals: Record<string, string>
  /** The named problems of what was left out or skipped. */
  warnings: string[]
}

/** Reads everything in a workspace, as the commands and the window do. */
export async function observe(workspace: string, run: string): Promise<Observation> {
  const seen: Observation = { items: {}, refusals: {}, warnings: [] }
  const item = async (name: string, read: () => unknown): Promise<void> => {
    try {
      seen.items[name] = JSON.stringify(await read())
    } catch (error) {
      const { code, message } = toErrorData(error)
      seen.refusals[name] = `${code}: ${message}`
    }
  }
  const datasets = new DatasetService({ workspace })
  await item('datasets', () => datasets.list())
  await item('dataset', () => datasets.verify('clicks'))
  await item('labels', async () => {
    const { hash } = await datasets.show('clicks')
    return [...((await testLabels(await datasets.openIntact('clicks'), hash)) ?? [])]
  })
  await item('test predictions', async () => [...((await testPredictions(workspace, run, null)) ?? [])])
  await item('checkpoints', async () => {
    const { intact, damaged } = await damagedCheckpoints(workspace, run)
    seen.warnings.push(...damaged)
    return intact
  })
  await item('database', async () => {
    const database = openStudioDatabase(join(workspace, 'studio.db'))
    try {
      await item('runs', () => database.runList.newest(100))
      await item('run', () => showStoredRun({ database, workspace }, run))
      await item('points', () => database.points.after(run, 0, 10_000))
      await item('log', () => database.log.after(run, 0, 10_000))
      await item('profile', () => database.profiles.get(run))
      await item('models', () => database.models.page(null, 1000))
      for (const { id } of database.models.page(null, 1000)) {
        await item('edits', () => [database.models.edits(id, 1000), database.models.undoState(id)])
        await item('undo', () => previewOfUndo(database, id))
        for (const version of database.versions.list(id, 1000))
          await item('version', () => database.versions.get(version.id))
      }
      await item('setting', () => database.preferences.get('something'))
      await item('tags', () => database.tags.all())
      await item('predictions', () => predictions({ workspace, database, datasets }, run))
      await item('resuming', async () => {
        const { datasetHash, config } = database.runs.get(run)
        const store = new CheckpointStore({ workspace, run, datasetHash, config })
        const { checkpoint, damaged } = await store.newestIntact()
        seen.warnings.push(...damaged)
        return checkpoint
      })
      seen.warnings.push(...database.problems())
    } finally {
      database.close()
    }
  })
  await datasets.close()
  return seen
}

/** The result of undoing, without doing it. */
function previewOfUndo(database: StudioDatabase, id: string): unknown {
  const undone: unknown[] = []
  const takeBack = new Error('Only looked at.')
  try {
    database.transaction(() => {
      undone.push(database.models.step(id, 'undo'))
      throw takeBack
    })
  } catch (error) {
    if (error !== takeBack) throw error
  }
  return undone
}

async function predictions(sources: Parameters<typeof predictRun>[0], run: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dlrm-studio-flips-'))
  try {
    const out = join(folder, 'out.csv')
    const handle = { signal: new AbortController().signal, report: () => undefined }
    await predictRun(
      sources,
      { run, checkpoint: 'last', rows: { dataset: 'clicks', splits: ['test'] }, out },
      handle,
    )
    return await readFile(out, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Every file of a workspace with content that matters; the reserve contains random bytes for a full disk. */
export function filesOf(workspace: string): string[] {
  return readdirSync(workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'space-reserve')
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)))
    .filter((file) => statSync(join(workspace, file)).size > 0)
    .toSorted()
}

/** Numbers in [0, 1), the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Flip {
  file: string
  bit: number
}

/** Flips a bit while the work runs, and restores the file. */
export async function whileFlipped<Result>(
  workspace: string,
  { file, bit }: Flip,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(workspace, file)
  const content = readFileSync(path)
  const flipped = Buffer.from(content)
  flipped[bit >> 3]! ^= 1 << (bit & 7)
  writeFileSync(path, flipped)
  try {
    return await work()
  } finally {
    // A database may have been written to, or have additional files.
    for (const ending of ['-wal', '-shm', '-journal'])
      rmSync(join(workspace, `studio.db${ending}`), { force: true })
    writeFileSync(path, content)
  }
}

/**
 * The outcome of a flip: `nothing` if everything that was read is unchanged, `named` if it was refused, left out or
 * skipped with a message that names it, and otherwise what was accepted although it differs.
 */
export function verdictOn(before: Observation, after: Observation, names: readonly string[]): string {
  const reasons = [...Object.values(after.refusals), ...after.warnings]
  const unnamed = reasons.find((reason) => !names.some((name) => reason.includes(name)))
  if (unnamed !== undefined) return `refused without a name: ${unnamed}`
  const raw = reasons.find((reason) => /^Internal|^NotFound/.test(reason))
  if (raw !== undefined) return `refused as something else: ${raw}`
  const changed = Object.keys(before.items).filter(
    (item) =>
      !(item in after.refusals) && 'database' in after.items && after.items[item] !== before.items[item],
  )
  if (reasons.length > 0)
    return changed.every((item) => LISTS.has(item)) ? 'named' : `also changed: ${changed.join()}`
  return changed.length === 0 ? 'nothing' : `accepted: ${changed.join()}`
}

/** Lists that leave out what is damaged and contain the rest. */
const LISTS = new Set([
  'checkpoints',
  'datasets',
  'runs',
  'run',
  'models',
  'edits',
  'version',
  'undo',
  'tags',
  'points',
  'log',
  'predictions',
  'resuming',
])
