import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { isClaimAlive, newClaimName, parseClaim } from '../platform/claim-name.ts'
import { claimName } from './staging.ts'
import { datasetFolders, prepareFolders } from './workspace-folders.ts'

async function workspace() {
  const folders = datasetFolders(join(await temporaryFolder(), 'workspace'))
  await prepareFolders(folders)
  return folders
}

/** No process has this pid: it is above the largest that Linux gives out. */
const DEAD_PID = 99_999_999

describe('claimName', () => {
  it('publishes what was made under the name and leaves nothing in importing', async () => {
    const folders = await workspace()
    const claim = await claimName(folders, 'clicks-2024')
    await mkdir(claim.destination)
    await writeFile(join(claim.destination, 'manifest.json'), '{}')
    await claim.publish()
    await claim.release()
    expect(await readdir(folders.datasets)).toEqual(['clicks-2024'])
    expect(await readdir(folders.importing)).toEqual([])
  })

  it('refuses the name of a finished dataset', async () => {
    const folders = await workspace()
    await mkdir(join(folders.datasets, 'clicks'))
    await expect(claimName(folders, 'clicks')).rejects.toMatchObject({ data: { code: 'AlreadyExists' } })
    expect(await readdir(folders.importing)).toEqual([])
  })

  it('refuses a name that is being imported until that import ends', async () => {
    const folders = await workspace()
    const first = await claimName(folders, 'clicks')
    await expect(claimName(folders, 'clicks')).rejects.toMatchObject({ data: { code: 'AlreadyExists' } })
    await first.release()
    await (await claimName(folders, 'clicks')).release()
  })

  it('is not kept from a name by a process that died', async () => {
    const folders = await workspace()
    await mkdir(join(folders.importing, `clicks-${DEAD_PID}-0-0123abcd`))
    await (await claimName(folders, 'clicks')).release()
  })

  it('refuses to publish over a dataset that appeared meanwhile', async () => {
    const folders = await workspace()
    const claim = await claimName(folders, 'clicks')
    await mkdir(claim.destination)
    await mkdir(join(folders.datasets, 'clicks'))
    await writeFile(join(folders.datasets, 'clicks', 'manifest.json'), 'theirs')
    await expect(claim.publish()).rejects.toMatchObject({ data: { code: 'AlreadyExists' } })
  })
})

/** A process that has ended and that its parent never asks about. */
async function zombiePid(): Promise<number> {
  const parent = spawn('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(parent, 'exit')
  onTestFinished(async () => {
    parent.kill('SIGKILL')
    await ended
  })
  const [text] = (await once(parent.stdout, 'data')) as [Buffer]
  // The shell may ask about its children until it has become a program that asks about nobody.
  const program = () => readFile(`/proc/${parent.pid}/comm`, 'utf8')
  await expect.poll(program, { timeout: 20_000 }).toBe('sleep\n')
  process.kill(Number(text.toString()), 'SIGKILL')
  return Number(text.toString())
}

it.runIf(process.platform === 'linux')(
  'takes a killed process that nobody has asked about for dead',
  async () => {
    const pid = await zombiePid()
    const state = async () => /\) (\S)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1]
    await expect.poll(state, { timeout: 20_000 }).toBe('Z')
    await expect.poll(() => isClaimAlive({ dataset: 'clicks', pid, startedAt: '0' })).toBe(false)
    // The pid is still taken: looking for that alone would take it for living.
    expect(() => process.kill(pid, 0)).not.toThrow()
  },
)

describe('prepareFolders', () => {
  it('sweeps what dead processes left, also one whose pid lives again, and keeps what is being made', async () => {
    const folders = await workspace()
    const own = await claimName(folders, 'mine')
    const dead = join(folders.importing, `clicks-${DEAD_PID}-0-0123abcd`)
    const reused = join(folders.importing, `clicks-${process.pid}-1-0123abcd`)
    await mkdir(dead)
    await mkdir(reused)
    await prepareFolders(folders)
    expect(existsSync(dead)).toBe(false)
    expect(existsSync(reused)).toBe(process.platform !== 'linux')
    expect(existsSync(own.folder)).toBe(true)
  })
})

describe('parseClaim', () => {
  it('reads back a name that itself holds dashes and numbers', async () => {
    expect(parseClaim(newClaimName('a-1-2'))).toMatchObject({ dataset: 'a-1-2', pid: process.pid })
  })

  it('is null for foreign names', () => {
    expect(parseClaim('notes')).toBeNull()
  })
})
