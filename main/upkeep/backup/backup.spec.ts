import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tmpdir } from 'node:os'
import { openStudioDatabase } from '../../../db/index.ts'
import { currentProcess } from '../../platform/process-identity.ts'
import { sampleRun } from '../../../test/helpers/sample-run.ts'
import { storedWorkspace } from '../../../test/helpers/stored-workspace.ts'
import { temporaryFolder } from '../../../test/helpers/temporary-folder.ts'
import { observe, type Observation } from '../../../test/hostile/flipped-bits.ts'
import type { Work } from '../work.ts'
import { createBackup } from './create-backup.ts'
import { restoreBackup } from './restore-backup.ts'

let workspace: string
let run: string
let before: Observation

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'dlrm-studio-backup-'))
  run = await storedWorkspace(workspace)
  before = await seen(workspace)
})
afterAll(() => rm(workspace, { recursive: true, force: true }))

const quietly: Work = { signal: new AbortController().signal, report: () => undefined }

/** Everything that a workspace has, without its own place. */
async function seen(folder: string): Promise<Observation> {
  const text = JSON.stringify(await observe(folder, run))
  // The manifest names the file from which the original imported its data.
  return JSON.parse(text.replaceAll(folder, 'HERE').replaceAll(workspace, 'HERE')) as Observation
}

/** A copy of the workspace that a test may change. */
async function ownWorkspace(): Promise<string> {
  const own = join(await temporaryFolder(), 'workspace')
  await cp(workspace, own, { recursive: true })
  return own
}

describe('a backup', () => {
  it.each(['backups', 'one.tar'])('to %s restores everything bit for bit', async (name) => {
    const folder = await temporaryFolder()
    const made = await createBackup({ workspace, to: join(folder, name) }, quietly)
    expect(made).toMatchObject({ reused: 0, leftOut: [], problems: [] })
    const to = join(folder, 'restored')
    const restored = await restoreBackup({ from: join(folder, name), to }, quietly)
    expect(restored).toMatchObject({ workspace: to, files: made.files, bytes: made.bytes })
    expect(await seen(to)).toEqual(before)
    expect((await readdir(folder)).toSorted()).toEqual([name, 'restored'].toSorted())
  })

  it('stores what has not changed once, and each backup is whole by itself', async () => {
    const own = await ownWorkspace()
    const to = await temporaryFolder()
    const first = await createBackup({ workspace: own, to }, quietly)
    const second = await createBackup({ workspace: own, to }, quietly)
    expect(second.reused).toBe(first.files - 1)
    await rm(first.backup, { recursive: true })
    const restored = join(await temporaryFolder(), 'restored')
    await restoreBackup({ from: to, to: restored }, quietly)
    expect(await seen(restored)).toEqual(before)
  })

  it('is consistent while another process writes to the database all the time', async () => {
    const own = await ownWorkspace()
    const writer = spawn(process.execPath, ['test/helpers/database-writer.ts', join(own, 'studio.db'), run], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [acknowledged] = (await once(writer.stdout, 'data')) as [Buffer]
      const epoch = Number(String(acknowledged).trim().split('\n').at(-1))
      const to = await temporaryFolder()
      await createBackup({ workspace: own, to }, quietly)
      const restored = join(to, 'restored')
      await restoreBackup({ from: to, to: restored }, quietly)
      const database = openStudioDatabase(join(restored, 'studio.db'))
      expect(database.integrity()).toEqual([])
      expect(database.epochs.list(run).length).toBeGreaterThanOrEqual(epoch)
      database.close()
    } finally {
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }
  })

  it('leaves nothing when it is cancelled, and an earlier backup as it was', async () => {
    const to = await temporaryFolder()
    const first = await createBackup({ workspace, to }, quietly)
    const abort = new AbortController()
    const cancelling: Work = {
      signal: abort.signal,
      report: (_fraction, message) => {
        if (message.includes('datasets/')) abort.abort()
      },
    }
    const file = join(to, 'file.tar')
    for (const place of [to, file])
      await expect(createBackup({ workspace, to: place }, cancelling)).rejects.toMatchObject({
        data: { code: 'Cancelled' },
      })
    expect(await readdir(to)).toEqual([first.backup.slice(to.length + 1)])
  })

  it('has no links, and says so, and names what was damaged already', async () => {
    const own = await ownWorkspace()
    await symlink('/etc/hostname', join(own, 'datasets', 'clicks', 'link'))
    const damaged = 'datasets/clicks/train/rows.bin'
    const content = await readFile(join(own, damaged))
    content[9]! ^= 1
    await writeFile(join(own, damaged), content)
    const made = await createBackup({ workspace: own, to: await temporaryFolder() }, quietly)
    expect(made.leftOut).toEqual([{ path: 'datasets/clicks/link', why: 'it is a symbolic link' }])
    expect(made.problems).toEqual([`${damaged} is damaged: its content differs from its checksum.`])
  })

  it('is refused inside the workspace, and over an existing file', async () => {
    const file = join(await temporaryFolder(), 'mine.tar')
    await writeFile(file, 'mine')
    await expect(createBackup({ workspace, to: join(workspace, 'backups') }, quietly)).rejects.toThrow(
      'is inside the workspace',
    )
    await expect(createBackup({ workspace, to: file }, quietly)).rejects.toMatchObject({
      data: { code: 'AlreadyExists' },
    })
    expect(await readFile(file, 'utf8')).toBe('mine')
  })
})

describe('restoring', () => {
  it('never happens over anything, and leaves nothing of a damaged backup', async () => {
    const to = await temporaryFolder()
    const { backup } = await createBackup({ workspace, to }, quietly)
    await expect(restoreBackup({ from: backup, to: workspace }, quietly)).rejects.toThrow(
      'a backup is never restored over anything',
    )
    const rows = join(backup, 'datasets', 'clicks', 'train', 'rows.bin')
    await appendFile(rows, 'x')
    const restored = join(to, 'restored')
    await expect(restoreBackup({ from: backup, to: restored }, quietly)).rejects.toMatchObject({
      data: {
        code: 'Corrupt',
        message: expect.stringContaining('datasets/clicks/train/rows.bin is not what') as string,
      },
    })
    await rm(rows)
    await expect(restoreBackup({ from: backup, to: restored }, quietly)).rejects.toThrow(
      'rows.bin is not what',
    )
    expect(existsSync(restored)).toBe(false)
  })

  it('takes no part of a backup for a whole one', async () => {
    const folder = await temporaryFolder()
    const file = join(folder, 'one.tar')
    await createBackup({ workspace, to: file }, quietly)
    const whole = await readFile(file)
    const part = join(folder, 'part.tar')
    for (const length of [0, 511, 512, whole.length >> 1, whole.length - 1536, whole.length - 1025]) {
      await writeFile(part, whole.subarray(0, length))
      await expect(
        restoreBackup({ from: part, to: join(folder, 'restored') }, quietly),
      ).rejects.toMatchObject({
        data: { code: expect.stringMatching(/Corrupt|NotFound/) as string, file: part },
      })
    }
    await mkdir(join(folder, 'parts', '.unfinished-backup-1-1-00000000'), { recursive: true })
    await expect(
      restoreBackup({ from: join(folder, 'parts'), to: join(folder, 'restored') }, quietly),
    ).rejects.toThrow('no whole backups')
    expect((await stat(file)).size).toBe(whole.length)
  })

  it('interrupts runs whose trainers are those of the original', async () => {
    const own = await ownWorkspace()
    const database = openStudioDatabase(join(own, 'studio.db'))
    const { id } = database.runs.create(sampleRun({ owner: currentProcess() }))
    const to = await temporaryFolder()
    await createBackup({ workspace: own, to }, quietly)
    const restored = join(to, 'restored')
    await restoreBackup({ from: to, to: restored }, quietly)
    const copy = openStudioDatabase(join(restored, 'studio.db'))
    expect([database.runs.row(id).status, copy.runs.row(id).status]).toEqual(['starting', 'interrupted'])
    copy.close()
    database.close()
  })
})
