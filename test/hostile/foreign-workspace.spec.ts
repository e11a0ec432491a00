/** A workspace from an attacker: its database, manifests, checkpoints and links refer to files outside of it. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { commands } from '../../main/cli/commands/index.ts'
import { findCommand, parseArguments } from '../../main/cli/parse-arguments.ts'
import { Services } from '../../main/cli/services.ts'
import { toErrorData } from '../../main/contract/errors.ts'
import { ConfirmedHosts } from '../../main/serving/confirmed-hosts.ts'
import { GrantedFiles } from '../../main/serving/granted-files.ts'
import { RunChanges } from '../../main/serving/run-changes.ts'
import { RunEvents } from '../../main/serving/run-events.ts'
import { runHandlers } from '../../main/serving/run-handlers.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { trainHere, RUN } from '../helpers/train-here.ts'
import { runCommand } from '../helpers/command-line.ts'

const HOSTILE_IDS = [
  '..',
  '.',
  '../victim',
  '../../victim',
  '../checkpoints/../../victim',
  './../../victim',
  'x/../../../victim',
  '..\\victim',
  'C:\\victim',
  '/tmp/victim',
  '.hidden',
  'neighbour/',
  'neighbour/.',
  'a\u0000b',
  'new\nline',
  '',
  ' ',
  'x'.repeat(5000),
]

let root: string
let workspace: string
let victim: string

/** Everything below a folder: names, links and contents. */
function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const content = entry.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : 'folder'
      return [path, `${content} ${entry.isFile() ? statSync(path).mtimeMs : ''}`]
    }),
  )
}

/** A workspace with a dataset and a trained run that is in its database. */
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'dlrm-studio-foreign-'))
  workspace = join(root, 'workspace')
  mkdirSync(workspace)
  const training = await smallTraining(workspace, { epochs: 1 })
  const trained = await trainHere(training)
  const database = openStudioDatabase(join(workspace, 'studio.db'))
  const { manifest, model, config } = training
  const { id } = database.runs.create({
    name: 'theirs',
    model,
    config,
    environment: environment(),
    datasetId: 'clicks',
    datasetName: 'clicks',
    datasetHash: manifest.hash,
    parameters: 1,
    owner: { pid: 1, startedAt: null, host: 'elsewhere' },
  })
  database.runs.end(id, { status: 'stopped', error: null })
  const epoch = trained.messages.find(({ kind }) => kind === 'epoch')
  if (epoch?.kind !== 'epoch') throw new Error('The run has no epoch.')
  renameSync(join(workspace, 'checkpoints', RUN), join(workspace, 'checkpoints', id))
  const { saved } = epoch.checkpoint
  const path = saved.path.replace(RUN, id)
  database.saveEpoch(id, {
    points: [],
    lines: [],
    result: epoch.result,
    checkpoint: { saved: { ...saved, path }, removed: [] },
  })
  database.close()
  victim = join(root, 'victim')
  writeVictim(victim)
  writeVictim(join(workspace, 'checkpoints', 'neighbour'))
  renameSync(workspace, join(root, 'template'))
})
/** Each test has a copy that it may damage. */
beforeEach(() => {
  rmSync(workspace, { recursive: true, force: true })
  cpSync(join(root, 'template'), workspace, { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const environment = () => ({
  appVersion: '0.1.0',
  nodeVersion: '24',
  platform: 'linux',
  cpu: 'a',
  cores: 1,
  threads: 1,
  instructionSet: 'avx2',
  memoryBytes: 1e9,
  gitCommit: null,
  origin: 'cli' as const,
  computation: null,
})

function writeVictim(folder: string): void {
  mkdirSync(join(folder, 'train'), { recursive: true })
  for (const name of [
    'keep.txt',
    '25.tmp',
    '25.safetensors',
    '99.safetensors',
    'manifest.json',
    'test-predictions.f32',
  ])
    writeFileSync(join(folder, name), 'mine')
}

/** Changes the database without the program, as the author of the workspace can: no checks, no references. */
function tamper(sql: string, parameters: unknown[] = []): void {
  const database = new Database(join(workspace, 'studio.db'))
  database.pragma('foreign_keys = OFF')
  database.pragma('ignore_check_constraints = ON')
  database.prepare(sql).run(...parameters)
  database.close()
}

/** Runs a command in this process and returns its answer, or its error's code. */
async function tryCommand(...words: string[]): Promise<string> {
  const found = findCommand(commands, words)
  if (!found) throw new Error(`There is no command ${words.join(' ')}.`)
  const services = new Services(workspace)
  try {
    const { positionals, options, rest } = parseArguments(found.command, found.following)
    const { text } = await found.command.run({
      positionals,
      options,
      rest,
      services,
      signal: new AbortController().signal,
      watched: false,
      progress: () => undefined,
      note: () => undefined,
      print: () => undefined,
    })
    return text
  } catch (error) {
    return toErrorData(error).code
  } finally {
    await services.close().catch(() => undefined)
  }
}

/** Every command and request that accesses a run's or a dataset's folder. */
async function touchEverything(run: string, dataset: string): Promise<void> {
  const out = join(workspace, 'out.file')
  await tryCommand('runs', 'list')
  await tryCommand('data', 'list')
  for (const words of [
    ['runs', 'show', run],
    ['export', run, '--format', 'csv', '--out', out, '--force'],
    ['export', run, '--format', 'safetensors', '--out', out, '--force'],
    ['predict', run, '--data', dataset, '--out', out, '--force'],
    ['quantize', run],
    ['compare', run, 'r-other'],
    ['resume', run],
    ['stop', run],
    ['data', 'show', dataset],
    ['data', 'delete', dataset, '--force'],
    ['data', 'generate', '--name', dataset, '--tables', '10', '--rows', '10'],
    ['train', 'dlrm', '--data', dataset, '--epochs', '1'],
    ['runs', 'delete', run],
  ])
    await tryCommand(...words)
  await touchByRequests(run).catch(() => undefined)
}

async function touchByRequests(run: string): Promise<void> {
  const services = new Services(workspace)
  const { database, datasets, runs } = services
  const handlers = runHandlers({
    workspace,
    database,
    datasets,
    runs,
    changes: new RunChanges(database, () => undefined),
    events: new RunEvents(() => undefined),
  })
  for (const name of ['runs.show', 'runs.resume', 'runs.pause', 'runs.stop', 'runs.delete'] as const)
    await Promise.resolve()
      .then(() => handlers[name]({ id: run }, new GrantedFiles([]), new ConfirmedHosts([])))
      .catch(() => undefined)
  await services.close()
}

describe('a database of an attacker', () => {
  let outside: Record<string, string>
  let neighbour: Record<string, string>
  beforeEach(() => {
    outside = contentOf(victim)
    neighbour = contentOf(join(workspace, 'checkpoints', 'neighbour'))
  })

  it.each(HOSTILE_IDS)('reaches nothing with the run id %j', async (id) => {
    tamper('UPDATE runs SET id = ?', [id])
    expect(await tryCommand('runs', 'list')).toBe('No runs.')
    await touchEverything(id, 'clicks-none')
    expect(contentOf(victim)).toEqual(outside)
    expect(contentOf(join(workspace, 'checkpoints', 'neighbour'))).toEqual(neighbour)
  })

  it.each(HOSTILE_IDS)('reaches nothing with the dataset name %j', async (name) => {
    tamper('UPDATE runs SET dataset_id = ?', [name])
    await touchEverything('r-none', name)
    expect(contentOf(victim)).toEqual(outside)
    expect(readdirSync(join(workspace, 'datasets'))).toEqual(['clicks'])
  })

  it.each(['../../victim/25.safetensors', '/etc/passwd', 'checkpoints/neighbour/25.safetensors', 'x\u0000'])(
    'reads no checkpoint at %j',
    async (path) => {
      tamper('UPDATE checkpoints SET path = ?', [path])
      const id = (await tryCommand('runs', 'list')).split('\n')[1]?.split(' ')[0] ?? ''
      expect(await tryCommand('runs', 'show', id)).not.toContain(path)
      expect(await tryCommand('export', id, '--format', 'safetensors', '--out', join(root, 'o'))).toBe(
        'NotFound',
      )
      expect(contentOf(victim)).toEqual(outside)
    },
  )

  it('warns of what it leaves out, and shows the rest', async () => {
    tamper(
      `INSERT INTO runs (id, name, status, model_name, model, config, environment, dataset_id, dataset_name,
         dataset_hash, parameters, best_metric, created_at)
       SELECT '../../victim', name, status, model_name, model, config, environment, dataset_id, dataset_name,
         dataset_hash, parameters, best_metric, created_at FROM runs`,
    )
    const { status, stdout, stderr } = await runCommand(workspace, 'runs', 'list')
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(2)
    expect(stderr).toContain('Warning: The run "../../victim"')
  })
})

describe('links in a workspace', () => {
  /** A link out of the workspace replaces each of these. */
  const LINKED_PATHS = [
    'datasets',
    'datasets/clicks',
    'datasets/clicks/train',
    'datasets/clicks/manifest.json',
    'datasets/clicks/train/rows.bin',
    'importing',
    'checkpoints',
    'checkpoints/RUN',
    'checkpoints/RUN/25.safetensors',
    'checkpoints/RUN/25.json',
    'checkpoints/RUN/test-predictions.f32',
    'studio.db',
    'space-reserve',
  ]

  it.each(LINKED_PATHS)('are not followed at %s', async (linked) => {
    const id = readdirSync(join(workspace, 'checkpoints')).find((name) => name.startsWith('r-')) ?? ''
    const path = join(workspace, linked.replace('RUN', id))
    const moved = join(root, 'moved')
    renameSync(path, moved)
    symlinkSync(moved, path)
    onTestFinished(() => rmSync(moved, { recursive: true, force: true }))
    const outside = () => (statSync(moved).isDirectory() ? contentOf(moved) : readFileSync(moved, 'hex'))
    const before = [outside(), contentOf(victim)]
    await touchEverything(id, 'clicks')
    expect([outside(), contentOf(victim)]).toEqual(before)
  })

  it('say what they are and what to do', async () => {
    const link = join(workspace, 'datasets', 'elsewhere')
    symlinkSync(victim, link)
    const { status, stderr } = await runCommand(workspace, 'data', 'show', 'elsewhere')
    expect(status).toBe(1)
    expect(stderr).toMatch(/elsewhere is a symbolic link; links inside a workspace are not followed/)
    expect(await tryCommand('data', 'list')).toContain('symbolic link')
    rmSync(link)
  })
})
