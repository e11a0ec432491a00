/** Temporary errors are reported as what they are: only what is proved damaged is called damaged, with its remedy. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { installationFolder } from '../../main/training/backends/tensorflow/runtime/installed.ts'
import { storedWorkspace } from '../helpers/stored-workspace.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const NOBODY = 65534
const bundle = join(import.meta.dirname, '../../dist/cli.mjs')
/** An administrator ignores permissions, so the commands run as another user. */
const canDemote =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('setpriv', [`--reuid=${NOBODY}`, '--clear-groups', 'test', '-r', bundle]).status === 0

const asNobody = (workspace: string, ...words: string[]): SpawnSyncReturns<string> =>
  spawnSync(
    'setpriv',
    [`--reuid=${NOBODY}`, '--clear-groups', process.execPath, bundle, ...words, '--workspace', workspace],
    { encoding: 'utf8', env: { ...process.env, HOME: '/tmp' } },
  )

/** Advice that loses data although nothing is proved. */
const COSTLY = /damaged|corrupt|delete it|import it again|train a new run/i

describe.runIf(canDemote)('a file that may not be read', () => {
  it.each([
    ['datasets/clicks/manifest.json', ['data', 'show', 'clicks']],
    ['datasets/clicks/train/rows.bin', ['data', 'verify', 'clicks']],
    ['datasets/clicks/train/rows.bin', ['train', 'dlrm', '--data', 'clicks', '--epochs', '1']],
    ['datasets/clicks', ['data', 'verify', 'clicks']],
    ['checkpoints/RUN/50.safetensors', ['export', 'RUN', '--format', 'safetensors', '--out', '/tmp/none/x']],
    ['checkpoints/RUN/50.json', ['resume', 'RUN']],
    ['checkpoints/RUN/50.safetensors', ['resume', 'RUN']],
    ['checkpoints/RUN', ['resume', 'RUN']],
  ])('%s is not called damaged by %j', async (file, words) => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    const named = (text: string) => text.replace('RUN', run)
    giveAll(workspace)
    chmodSync(join(workspace, named(file)), 0)
    const { status, stdout, stderr } = asNobody(workspace, ...words.map(named))
    expect(status).toBe(1)
    expect(stdout + stderr).not.toMatch(COSTLY)
    expect(stdout + stderr).toMatch(/permission|cannot be written|EACCES|does not exist/i)
  })

  it('leaves the others in a list, with the reason', async () => {
    const workspace = await temporaryFolder()
    await storedWorkspace(workspace)
    giveAll(workspace)
    chmodSync(join(workspace, 'datasets/clicks/manifest.json'), 0)
    const { status, stdout } = asNobody(workspace, 'data', 'list')
    expect(status).toBe(0)
    expect(stdout).toContain('permission is denied')
    expect(stdout).not.toMatch(COSTLY)
  })
})

describe.runIf(canDemote)('what lies outside the workspace and may not be read', () => {
  it('is an installation of TensorFlow that is neither damaged nor absent', async () => {
    const data = await temporaryFolder()
    vi.stubEnv('DLRM_STUDIO_DATA', data)
    onTestFinished(() => void vi.unstubAllEnvs())
    const folder = installationFolder('cpu')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'runtime.json'), '{}')
    giveAll(data)
    chmodSync(join(folder, 'runtime.json'), 0)
    for (const words of [['tensorflow', 'install'], ['doctor']]) {
      const { stdout, stderr } = asNobody(data, ...words)
      expect(stdout + stderr).toMatch(/runtime\.json: permission is denied/)
      expect(stdout + stderr).not.toMatch(/differs from what was installed|not set up/)
    }
    expect(existsSync(join(folder, 'runtime.json'))).toBe(true)
  }, 60_000)

  it('is a file of a sample that is not said to be missing', async () => {
    const folder = await temporaryFolder()
    const files = join(folder, 'ml-100k')
    mkdirSync(files)
    for (const name of ['ml-100k.inter', 'ml-100k.item', 'ml-100k.user'])
      writeFileSync(join(files, name), 'x')
    giveAll(folder)
    chmodSync(join(files, 'ml-100k.inter'), 0)
    const { status, stderr } = asNobody(folder, 'sample', 'movielens-100k', '--local-file', files)
    expect(status).toBe(1)
    expect(stderr).toMatch(/ml-100k\.inter: permission is denied/)
  })
})

describe.runIf(process.platform === 'linux')('too many open files', () => {
  it('are not called damage of what could not be opened', async () => {
    const workspace = await temporaryFolder()
    const run = await storedWorkspace(workspace)
    let refused = 0
    for (const limit of [16, 18, 20, 22, 24, 26, 28, 32, 40])
      for (const words of ['data list', 'data verify clicks', `runs show ${run}`, `quantize ${run}`]) {
        const command = `ulimit -n ${limit}; exec "$0" "$@"`
        const args = ['-c', command, process.execPath, bundle, ...words.split(' '), '--workspace', workspace]
        const { status, stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' })
        expect(stdout + stderr).not.toMatch(COSTLY)
        if (status !== 0) refused++
      }
    expect(refused).toBeGreaterThan(0)
  }, 120_000)
})

/** Gives the whole workspace to the other user. */
function giveAll(folder: string): void {
  if (!existsSync(folder)) return
  chownSync(folder, NOBODY, NOBODY)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) giveAll(path)
    else chownSync(path, NOBODY, NOBODY)
  }
  writeFileSync(join(folder, '.given'), '')
}
