import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { answerOf } from '../helpers/command-line.ts'
import { launchApp } from '../helpers/app.ts'
import { mayMount, smallDisk, type SmallDisk } from '../helpers/small-disk.ts'
import { smallTraining } from '../helpers/small-training.ts'

it.runIf(mayMount).each<[string, (disk: SmallDisk) => void]>([
  ['a read-only disk', (disk) => disk.makeReadOnly()],
  ['a full disk', (disk) => disk.fill()],
])('the window shows the runs of a workspace on %s', async (_title, spoil) => {
  const disk = await smallDisk(32)
  const workspace = join(disk.path, 'workspace')
  mkdirSync(workspace)
  await smallTraining(workspace)
  await answerOf(workspace, 'train', 'dlrm', '--data', 'clicks', '--epochs', '1', '--name', 'kept here')
  spoil(disk)
  const running = await launchApp({ workspace })
  onTestFinished(() => running.close())
  await running.window.getByText('kept here').first().click()
  await running.window.getByText('Completed').first().waitFor()
  expect(await running.window.getByTestId('engine-banner').count()).toBe(0)
})
