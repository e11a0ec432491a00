import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerOf, runForJson, startCommand, type Failure } from '../helpers/command-line.ts'
import { writeClicks } from '../helpers/click-file.ts'
import { moment } from '../helpers/moment.ts'
import { mayMount, smallDisk, type SmallDisk } from '../helpers/small-disk.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** Every command has to end within this time, even on a busy machine. */
const SOON_MS = 20_000
const TRAIN = ['train', 'dlrm', '--data', 'clicks', '--batch-size', '32', '--log-every', '1']

interface Outcome {
  run: string
  status: string
  error?: { code: string; message: string }
}

/** A workspace with the dataset `clicks` on a disk of its own. */
async function workspaceOn(disk: SmallDisk): Promise<string> {
  const workspace = join(disk.path, 'workspace')
  mkdirSync(workspace)
  await smallTraining(workspace, {}, 2000)
  return workspace
}

/** Like workspaceOn, with a run of one epoch. */
async function trainedOn(disk: SmallDisk): Promise<{ workspace: string; run: string }> {
  const workspace = await workspaceOn(disk)
  const { run } = await answerOf<Outcome>(workspace, ...TRAIN, '--epochs', '1')
  return { workspace, run }
}

/** Rejects with the name of what does not end in time: several commands run in one test. */
function soon<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const late = AbortSignal.timeout(SOON_MS)
  return Promise.race([
    work,
    once(late, 'abort').then(() => Promise.reject(new Error(`${what} took more than ${SOON_MS / 1000} s.`))),
  ])
}

const answerSoon = <Answer>(workspace: string, ...words: string[]) =>
  soon(words.join(' '), runForJson<Answer>(workspace, ...words))

describe.runIf(mayMount)('on a disk that becomes full', { timeout: 240_000 }, () => {
  it('a training ends soon with a sentence that says so, whenever it happens', async () => {
    const disk = await smallDisk()
    const workspace = await workspaceOn(disk)
    await answerOf(workspace, 'runs', 'list')
    for (const longest of [0, 400, 800, 1200, 1600, 2000]) {
      const afterMs = longest === 0 ? 0 : longest - randomInt(400)
      const command = startCommand(workspace, ['--json', ...TRAIN, '--epochs', '100000'])
      await moment(afterMs)
      disk.fill()
      const { status, stdout } = await soon(`A training on a disk full after ${afterMs} ms`, command.ended)
      const { error } = JSON.parse(stdout) as Failure
      expect({ afterMs, status, code: error.code }).toEqual({ afterMs, status: 1, code: 'DiskFull' })
      expect(error.message).toMatch(/the disk is full.* free/i)
      expect(error.message).not.toContain('SQLITE')
      disk.empty()
      rmSync(join(workspace, 'checkpoints'), { recursive: true, force: true })
    }
  })

  it('Ctrl-C ends a training', async () => {
    const disk = await smallDisk()
    const workspace = await workspaceOn(disk)
    await answerOf(workspace, 'runs', 'list')
    const command = startCommand(workspace, ['--json', ...TRAIN, '--epochs', '100000'])
    await moment(500)
    disk.fill()
    command.child.kill('SIGINT')
    await soon('Ctrl-C', command.ended)
  })

  it.each([
    { title: 'with its reserve', reserve: true },
    { title: 'of an older release, without a reserve', reserve: false },
  ])('a workspace $title can be listed, exported elsewhere and cleared', async ({ reserve }) => {
    const disk = await smallDisk()
    const { workspace, run } = await trainedOn(disk)
    if (!reserve) rmSync(join(workspace, 'space-reserve'))
    disk.fill()
    const elsewhere = await temporaryFolder()
    const { json: list } = await answerSoon<{ runs: { id: string }[] }>(workspace, 'runs', 'list')
    expect(list.runs).toMatchObject([{ id: run, status: 'completed' }])
    expect((await answerSoon(workspace, 'runs', 'show', run)).json).toMatchObject({
      id: run,
      epochs: [{ epoch: 1 }],
    })
    expect((await answerSoon(workspace, 'data', 'list')).json).toMatchObject({ datasets: [{ id: 'clicks' }] })
    for (const [format, out] of [
      ['csv', 'run.csv'],
      ['safetensors', 'run.safetensors'],
    ] as const) {
      const words = ['export', run, '--format', format, '--out', join(elsewhere, out)]
      expect((await answerSoon(workspace, ...words)).status).toBe(0)
    }
    if (!reserve) {
      const here = ['export', run, '--format', 'csv', '--out', join(workspace, 'here.csv')]
      const { error } = (await answerSoon<Failure>(workspace, ...here)).json
      const message = expect.stringContaining(`free in ${workspace}`) as string
      expect(error).toMatchObject({ code: 'DiskFull', message })
    }
    if (!reserve) {
      const { error } = (await answerSoon<Failure>(workspace, 'runs', 'delete', run)).json
      expect(error.message).toContain('delete the run for good, on the command line with --for-good')
    }
    const way = reserve ? [] : ['--for-good']
    expect(await answerSoon(workspace, 'runs', 'delete', run, ...way)).toMatchObject({
      status: 0,
      json: { deleted: run },
    })
    expect((await answerSoon(workspace, 'runs', 'list')).json).toEqual({ runs: [] })
    expect((await answerSoon(workspace, 'data', 'delete', 'clicks')).status).toBe(0)
    // Only this makes room.
    expect((await answerSoon(workspace, 'trash', 'empty')).status).toBe(0)
    expect(existsSync(join(workspace, 'checkpoints', run))).toBe(false)
    expect((await answerSoon(workspace, 'trash', 'list')).json).toEqual({ items: [], bytes: 0 })
  })
})

describe.runIf(mayMount)('in a workspace on a read-only disk', { timeout: 240_000 }, () => {
  it('everything that only reads works, and whatever would write says that the workspace is read-only', async () => {
    const disk = await smallDisk()
    const { workspace, run } = await trainedOn(disk)
    const other = (await answerOf<Outcome>(workspace, ...TRAIN, '--epochs', '1')).run
    disk.makeReadOnly()
    const elsewhere = await temporaryFolder()
    const file = join(workspace, 'clicks.csv')
    const predict = (data: string, out: string) => [
      'predict',
      run,
      '--data',
      data,
      '--out',
      join(elsewhere, out),
    ]
    for (const words of [
      ['runs', 'list'],
      ['runs', 'show', run],
      ['data', 'list'],
      ['data', 'show', 'clicks'],
      ['compare', run, other],
      ['export', run, '--format', 'csv', '--out', join(elsewhere, 'run.csv')],
      ['export', run, '--format', 'safetensors', '--out', join(elsewhere, 'run.safetensors')],
      predict('clicks', 'rows.csv'),
      predict(file, 'file.csv'),
      ['quantize', run],
    ]) {
      expect({ words, status: (await answerSoon(workspace, ...words)).status }).toEqual({ words, status: 0 })
    }
    expect(readFileSync(join(elsewhere, 'file.csv'), 'utf8').split('\n').length).toBeGreaterThan(2000)
    for (const words of [
      [...TRAIN, '--epochs', '1'],
      ['resume', run],
      ['runs', 'delete', run],
      ['data', 'delete', 'clicks'],
      ['data', 'import', file, '--name', 'again'],
    ]) {
      const { status, json } = await answerSoon<Failure>(workspace, ...words)
      if (words[0] === 'resume') continue
      const message = expect.stringContaining(`The workspace ${workspace} is read-only`)
      expect({ words, status, json }).toMatchObject({
        words,
        status: 1,
        json: { error: { code: 'ReadOnly', message } },
      })
    }
  })
})

describe.runIf(mayMount)('a new workspace on a full disk', { timeout: 60_000 }, () => {
  it('says what does not fit, with the folder and the free space', async () => {
    const disk = await smallDisk()
    const file = join(await temporaryFolder(), 'clicks.csv')
    await writeClicks(file, 2000)
    disk.fill()
    const workspace = join(disk.path, 'new')
    const { status, json } = await answerSoon<Failure>(workspace, 'data', 'import', file, '--name', 'clicks')
    expect({ status, code: json.error.code }).toEqual({ status: 1, code: 'DiskFull' })
    expect(json.error.message).toMatch(/the disk is full, [\d.]+ [kM]?B free in /)
    const sample = await answerSoon<Failure>(workspace, 'quickstart')
    expect(sample).toMatchObject({ status: 1, json: { error: { code: 'DiskFull' } } })
    expect(sample.json.error.message).toMatch(/the disk is full, [\d.]+ [kM]?B free in /)
    expect(await answerSoon(workspace, 'runs', 'list')).toMatchObject({ status: 0, json: { runs: [] } })
  })
})
