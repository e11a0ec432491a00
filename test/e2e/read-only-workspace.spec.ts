import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { killNow } from '../crash/processes.ts'
import { answerOf } from '../helpers/command-line.ts'
import { enginePid, launchApp } from '../helpers/app.ts'
import { mayMount, smallDisk, type SmallDisk } from '../helpers/small-disk.ts'
import { databaseWithRun } from '../helpers/sample-run.ts'
import { smallTraining } from '../helpers/small-training.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

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

it('the window shows the runs of a workspace of a newer release, says why nothing can be changed, and changes nothing', async () => {
  const workspace = await temporaryFolder()
  const { database } = databaseWithRun(workspace, { name: 'of tomorrow' })
  const { file } = database
  database.runs.end(database.runList.newest(1)[0]!.id, { status: 'stopped', error: null })
  database.close()
  const newer = new Database(file)
  newer.exec('ALTER TABLE runs ADD COLUMN colour TEXT; PRAGMA user_version = 100000')
  newer.close()
  const before = readFileSync(file)
  const running = await launchApp({ workspace })
  onTestFinished(() => running.close())
  await running.window.getByText('of tomorrow').first().waitFor()
  await running.window
    .getByTestId('read-only-notice')
    .filter({ hasText: 'was written by a newer DLRM Studio' })
    .waitFor()
  if (process.env.DLRM_PICTURES)
    await running.window.screenshot({ path: join(process.env.DLRM_PICTURES, 'newer.png') })
  expect(readFileSync(file)).toEqual(before)
})

it('the window says that its workspace is gone when its disk is removed, makes nothing in its place, and finds it again', async () => {
  const workspace = join(await temporaryFolder(), 'workspace')
  mkdirSync(workspace)
  const { database } = databaseWithRun(workspace, { name: 'on the disk' })
  database.close()
  const running = await launchApp({ workspace })
  onTestFinished(() => running.close())
  await running.window.getByText('on the disk').first().waitFor()
  renameSync(workspace, `${workspace}-away`)
  killNow(await enginePid(running.app))
  const banner = running.window.getByTestId('engine-banner')
  await banner.getByText(`The workspace ${workspace} is gone`).waitFor()
  expect(existsSync(join(workspace, 'studio.db'))).toBe(false)
  rmSync(workspace, { recursive: true, force: true })
  renameSync(`${workspace}-away`, workspace)
  await running.app.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? [])
    const item = items.find(({ label }) => label === 'Restart Engine')!
    ;(item.click as () => void)()
  })
  await banner.getByText('The engine was restarted').waitFor()
  await running.window.getByText('on the disk').first().waitFor()
})

it('the window offers to repair a workspace whose database is damaged, and shows its runs afterwards', async () => {
  const workspace = await temporaryFolder()
  const { database } = databaseWithRun(workspace, { name: 'from the ruins' })
  const { file } = database
  database.runs.end(database.runList.newest(1)[0]!.id, { status: 'stopped', error: null })
  database.close()
  const content = readFileSync(file)
  content.fill(0xa5, 0, 4000)
  writeFileSync(file, content)
  const running = await launchApp({ workspace })
  onTestFinished(() => running.close())
  await running.window.getByText('The database of this workspace is damaged').waitFor()
  if (process.env.DLRM_PICTURES)
    await running.window.screenshot({ path: join(process.env.DLRM_PICTURES, 'damaged.png') })
  await running.window.getByTestId('repair-damaged').click()
  await running.window.getByText('from the ruins').first().waitFor()
  const [repair = ''] = readdirSync(join(workspace, 'quarantine'))
  expect(readFileSync(join(workspace, 'quarantine', repair, 'studio.db'))).toEqual(content)
})
