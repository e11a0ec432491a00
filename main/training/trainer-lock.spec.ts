import { spawn } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { processStart } from '../platform/process-identity.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { lockFolder } from './trainer-lock.ts'

const never = (): boolean => false

/** The mark of another trainer that lives until it is killed. */
async function otherTrainer(folder: string) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e9)'], { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const kill = (): void => void child.kill('SIGKILL')
  onTestFinished(async () => {
    kill()
    await ended
  })
  const identity = { pid: child.pid, startedAt: processStart(child.pid ?? 0), host: hostname() }
  await writeFile(join(folder, `${child.pid}.trainer`), JSON.stringify(identity))
  return { kill }
}

it('marks the folder and gives it up again', async () => {
  const folder = await temporaryFolder()
  const release = await lockFolder(folder, never)
  expect(await readdir(folder)).toEqual([`${process.pid}.trainer`])
  await release?.()
  expect(await readdir(folder)).toEqual([])
})

it('waits until the former trainer is gone, and takes its mark away', async () => {
  const folder = await temporaryFolder()
  const other = await otherTrainer(folder)
  let polls = 0
  const release = await lockFolder(folder, () => {
    if (++polls === 3) other.kill()
    return false
  })
  expect(polls).toBeGreaterThanOrEqual(3)
  expect(await readdir(folder)).toEqual([`${process.pid}.trainer`])
  await release?.()
})

it('waits no longer where the run is to stop', async () => {
  const folder = await temporaryFolder()
  await otherTrainer(folder)
  expect(await lockFolder(folder, () => true)).toBeNull()
  expect(await readdir(folder)).not.toContain(`${process.pid}.trainer`)
})

it.each([
  ['a dead process', { pid: 2 ** 22 + 1, startedAt: 'boot/1', host: hostname() }],
  ['a process that had this pid before', { pid: process.ppid, startedAt: 'boot/1', host: hostname() }],
  ['another machine', { pid: process.ppid, startedAt: processStart(process.ppid), host: 'elsewhere' }],
  ['nobody', 'no identity'],
])('does not wait for the mark of %s', async (_title, mark) => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, '99999.trainer'), JSON.stringify(mark))
  const release = await lockFolder(folder, never)
  expect(await readdir(folder)).toEqual([`${process.pid}.trainer`])
  await release?.()
})
