/** Whatever there is instead of a file, the command reports it within seconds, and the lists still work. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { modelFromArgument } from '../../main/cli/model-argument.ts'
import { openStudioDatabase } from '../../db/index.ts'
import { DatasetService } from '../../main/datasets/dataset-service.ts'
import { runCommand } from '../helpers/command-line.ts'
import { makePipe, specialFiles } from '../helpers/special-files.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const LIMIT_MS = 60_000

describe('a command', () => {
  it.each([
    ['a model document', (path: string) => ['model', 'diff', path, path]],
    ['data', (path: string) => ['data', 'import', path, '--name', 'x']],
    ['benchmark results', (path: string) => ['bench', 'import', path]],
    ['a copy of MovieLens', (path: string) => ['quickstart', '--local-file', path]],
  ] as const)('refuses what is no file as %s, and names it', { timeout: 6 * LIMIT_MS }, async (_, words) => {
    const folder = await temporaryFolder()
    const workspace = join(folder, 'workspace')
    for (const { name, path } of await specialFiles(folder)) {
      if (words('')[0] === 'quickstart' && name === 'folder') continue
      const { status, stderr } = await runCommand(workspace, ...words(path))
      expect(status, `${name}: ${stderr}`).toBe(1)
      expect(stderr, name).toContain(path)
    }
  })

  it('says of a pipe without an ending, as of one with, that it is no model document', async () => {
    const folder = await temporaryFolder()
    makePipe(join(folder, 'piped'))
    const stay = process.cwd()
    process.chdir(folder)
    onTestFinished(() => process.chdir(stay))
    await expect(modelFromArgument('piped', { dense: [], sparse: [] }, [])).rejects.toThrow('it is a pipe')
    await expect(modelFromArgument('nothing', { dense: [], sparse: [] }, [])).rejects.toThrow(
      'nothing is neither a file nor a preset',
    )
  })

  it('refuses a schema and a trace that are none', { timeout: 2 * LIMIT_MS }, async () => {
    const folder = await temporaryFolder()
    const data = join(folder, 'data.csv')
    writeFileSync(data, 'label,a\n1,2\n0,3\n')
    for (const { name, path } of (await specialFiles(folder)).filter(({ name }) =>
      /pipe|device/.test(name),
    )) {
      const schema = ['data', 'import', data, '--name', 'x', '--schema', path]
      const trace = [
        'data',
        'generate',
        '--name',
        'y',
        '--rows',
        '10',
        '--tables',
        '100-50',
        '--distribution',
        'trace',
        '--trace',
        path,
      ]
      for (const words of [schema, trace]) {
        const { status, stderr } = await runCommand(join(folder, 'workspace'), ...words)
        expect([1, 2], `${name}: ${stderr}`).toContain(status)
        expect(stderr, name).toContain(path)
      }
    }
  })
})

describe('a workspace', () => {
  let workspace: string
  let datasets: DatasetService
  beforeAll(async () => {
    workspace = mkdtempSync(join(tmpdir(), 'special-files-'))
    datasets = new DatasetService({ workspace })
    const file = join(workspace, 'clicks.csv')
    const rows = Array.from({ length: 200 }, (_, row) => `${row % 2},${row},${row % 7}`)
    writeFileSync(file, ['label,dense_a,sparse_b', ...rows, ''].join('\n'))
    await datasets.waitForJob(await datasets.startImport({ name: 'intact', files: [file], format: 'auto' }))
  })

  afterAll(() => rmSync(workspace, { recursive: true, force: true }))

  it('with a pipe for a manifest lists its datasets, that one with its problem', async () => {
    mkdirSync(join(workspace, 'datasets', 'piped'))
    makePipe(join(workspace, 'datasets', 'piped', 'manifest.json'))
    const list = await datasets.list()
    expect(list.map(({ id, problem }) => [id, problem === null])).toEqual(
      expect.arrayContaining([
        ['piped', false],
        ['intact', true],
      ]),
    )
    expect(list.find(({ id }) => id === 'piped')?.problem).toContain('a pipe')
    const { status, stdout } = await runCommand(workspace, 'data', 'list')
    expect(status).toBe(0)
    expect(stdout).toContain('intact')
    expect(() => datasets.open('piped')).toThrow('regular file')
  })

  it.each(['studio.db', 'studio.db-wal', 'studio.db-shm', 'studio.db-journal', 'space-reserve'])(
    'with a pipe or a folder for %s says so instead of waiting',
    async (name) => {
      const folder = await temporaryFolder()
      openStudioDatabase(join(folder, 'studio.db')).close()
      const path = join(folder, name)
      for (const put of [makePipe, mkdirSync]) {
        rmSync(path, { force: true })
        put(path)
        expect(() => openStudioDatabase(join(folder, 'studio.db'))).toThrow(`${path} is not a regular file`)
      }
    },
  )

  it('with a pipe for a dataset’s rows says so instead of waiting', async () => {
    const rows = join(workspace, 'datasets', 'intact', 'train', 'rows.bin')
    rmSync(rows)
    makePipe(rows)
    expect(() => datasets.open('intact')).toThrow()
  })
})
