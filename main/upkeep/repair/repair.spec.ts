import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerChecksum } from '../../../db/checksum-function.ts'
import { openStudioDatabase } from '../../../db/index.ts'
import { contentOf } from '../../../test/helpers/folder-content.ts'
import { sampleRun } from '../../../test/helpers/sample-run.ts'
import { storedWorkspace } from '../../../test/helpers/stored-workspace.ts'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { observe, type Observation } from '../../../test/hostile/flipped-bits.ts'
import { currentProcess } from '../../platform/process-identity.ts'
import { checkWorkspace } from '../check/check-workspace.ts'
import type { Work } from '../work.ts'
import { repairWorkspace } from './repair-workspace.ts'

let stored: string
let run: string
let before: Observation

beforeAll(async () => {
  stored = await mkdtemp(join(tmpdir(), 'dlrm-studio-repair-'))
  run = await storedWorkspace(stored)
  before = await observe(stored, run)
})
afterAll(() => rm(stored, { recursive: true, force: true }))

const quietly: Work = { signal: new AbortController().signal, report: () => undefined }

async function ownWorkspace(): Promise<string> {
  const workspace = join(await temporaryFolder(), 'workspace')
  await cp(stored, workspace, { recursive: true })
  return workspace
}

const repair = (workspace: string) => repairWorkspace({ workspace }, quietly)

/** What `workspace check` finds. */
async function wrong(workspace: string): Promise<string[]> {
  const checks = await checkWorkspace(workspace, quietly)
  return checks.filter(({ ok }) => !ok).map(({ name }) => name)
}

function alter(workspace: string, sql: string): void {
  const raw = new Database(join(workspace, 'studio.db'))
  registerChecksum(raw)
  raw.exec(sql)
  raw.close()
}

async function damage(path: string, at = -1): Promise<void> {
  const content = await readFile(path)
  content[at < 0 ? content.length >> 1 : at]! ^= 1
  await writeFile(path, content)
}

it('changes nothing in an intact workspace', async () => {
  const workspace = await ownWorkspace()
  expect(await wrong(workspace)).toEqual([])
  const files = contentOf(workspace)
  expect(await repair(workspace)).toEqual({ kept: [], moved: [], quarantine: null, remaining: [] })
  expect(contentOf(workspace)).toEqual(files)
})

it('moves what is damaged into the quarantine with a list, and loses no byte of it', async () => {
  const workspace = await ownWorkspace()
  const checkpoints = join(workspace, 'checkpoints', run)
  const [step = ''] = (await readdir(checkpoints)).filter((name) => name.endsWith('.json'))
  await damage(join(checkpoints, step.replace('json', 'safetensors')))
  await damage(join(checkpoints, 'test-predictions.f32'))
  await damage(join(workspace, 'datasets', 'clicks', 'manifest.json'))
  await writeFile(join(checkpoints, '9.123.tmp'), 'half')
  await symlink('/etc', join(workspace, 'datasets', 'elsewhere'))
  expect((await wrong(workspace)).toSorted()).toEqual([
    `Checkpoints of ${run}`,
    'Dataset clicks',
    'Dataset elsewhere',
  ])
  const files = contentOf(workspace)
  const { kept, moved, quarantine, remaining } = await repair(workspace)
  expect({ kept, remaining }).toEqual({ kept: [], remaining: [] })
  const list = JSON.parse(readFileSync(join(quarantine ?? '', 'list.json'), 'utf8')) as { moved: unknown }
  expect(list.moved).toEqual(moved)
  const paths = moved.map(({ path }) => path)
  expect(paths.toSorted()).toEqual(
    [
      'datasets/clicks',
      'datasets/elsewhere',
      ...[
        step,
        step.replace('json', 'safetensors'),
        'test-predictions.f32',
        'test-predictions.sha256',
        '9.123.tmp',
      ].map((name) => `checkpoints/${run}/${name}`),
    ].toSorted(),
  )
  const after = contentOf(workspace)
  const there = Object.keys(files).filter((path) => !/^(studio\.db|space-reserve)/.test(path))
  const placeOf = (path: string) =>
    paths.some((gone) => path === gone || path.startsWith(`${gone}/`))
      ? `${quarantine?.slice(workspace.length + 1)}/${path}`
      : path
  for (const path of there) expect([path, after[placeOf(path)]]).toEqual([path, files[path]])
  expect(await wrong(workspace)).toEqual([])
  const { items } = await observe(workspace, run)
  expect(items.points).toBe(before.items.points)
})

it('keeps a run whose row is damaged, with a note, and stores other damaged rows before it removes them', async () => {
  const workspace = await ownWorkspace()
  alter(
    workspace,
    `UPDATE runs SET best = 0.99; UPDATE metric_points SET value = 7 WHERE sequence = 2;
     UPDATE preferences SET value = '2'; UPDATE epochs SET result = '{}' WHERE epoch = 1`,
  )
  expect(await wrong(workspace)).toEqual(['Database'])
  const { kept, moved, quarantine } = await repair(workspace)
  expect(kept).toEqual([`The run ${run} was kept, with a note that its row was damaged.`])
  expect(moved.map(({ path }) => path).toSorted()).toEqual(
    ['epochs', 'metric_points', 'preferences', 'runs'].map((table) => `rows.jsonl: a row of ${table}`),
  )
  const rows = readFileSync(join(quarantine ?? '', 'rows.jsonl'), 'utf8')
    .trim()
    .split('\n')
  expect(rows.map((line) => (JSON.parse(line) as { row: { value?: unknown } }).row.value)).toContain(7)
  expect(await wrong(workspace)).toEqual([])
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  expect(database.runs.row(run).notes).toMatch(/^as stored\nIts row in the database was damaged/)
  expect(database.points.after(run, 0, 10_000).length).toBe(
    (JSON.parse(before.items.points ?? '') as unknown[]).length - 1,
  )
  database.close()
})

it.each<[string, (file: string) => Promise<void>]>([
  ['whose header is overwritten', (file) => overwrite(file, 0, 4096)],
  ['whose schema is overwritten', (file) => overwrite(file, 100, 3000)],
  ['that is cut short by a page', async (file) => truncate(file, readFileSync(file).length - 4096)],
])('makes a database %s anew of its rows', async (_what, spoil) => {
  const workspace = await ownWorkspace()
  const file = join(workspace, 'studio.db')
  await spoil(file)
  const spoilt = await readFile(file)
  expect(await wrong(workspace)).toContain('Database')
  const { kept, quarantine, remaining } = await repair(workspace)
  expect(kept.join()).toContain('The database was made anew with 1 runs')
  expect(remaining).toEqual([])
  expect(await readFile(join(quarantine ?? '', 'studio.db'))).toEqual(spoilt)
  expect(await wrong(workspace)).toEqual([])
  const observed = await observe(workspace, run)
  const listed = (seen: Observation) =>
    (JSON.parse(seen.items.points ?? '[]') as unknown[]).map((point) => JSON.stringify(point))
  const [was, is] = [listed(before), listed(observed)]
  // A page that is gone takes some points with it, and nothing else may come into their place.
  expect(is.length).toBeGreaterThan(was.length / 3)
  expect(is.filter((point) => !was.includes(point))).toEqual([])
  expect(observed.items.runs).toBe(before.items.runs)
})

async function overwrite(file: string, from: number, bytes: number): Promise<void> {
  const content = await readFile(file)
  content.fill(0xa5, from, from + bytes)
  await writeFile(file, content)
}

it('lists a run again whose row is lost, from its last checkpoint', async () => {
  const workspace = await ownWorkspace()
  for (const ending of ['', '-wal', '-shm']) await rm(join(workspace, `studio.db${ending}`), { force: true })
  await mkdir(join(workspace, 'checkpoints', 'r-20260101-none'))
  const { kept, remaining } = await repair(workspace)
  expect(kept).toEqual([`The run ${run} was listed again from its last checkpoint.`])
  expect(remaining).toEqual(['r-20260101-none has no intact checkpoint, so it cannot be listed again.'])
  const { items, refusals } = await observe(workspace, run)
  expect(refusals).toEqual({})
  expect(items.predictions).toBe(before.items.predictions)
  const found = JSON.parse(items.run ?? '') as { epochs: unknown; checkpoints: unknown[]; status: string }
  const was = JSON.parse(before.items.run ?? '') as typeof found
  expect(found.epochs).toEqual(was.epochs)
  expect(found.checkpoints.length).toBe(was.checkpoints.length)
})

it('is refused while a run is being trained', async () => {
  const workspace = await ownWorkspace()
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const { id } = database.runs.create(sampleRun({ owner: currentProcess() }))
  database.close()
  await expect(repair(workspace)).rejects.toThrow(`stop ${id} first`)
  expect(existsSync(join(workspace, 'quarantine'))).toBe(false)
})
