import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { forgetWorkspace, isThere, recentWorkspaces, recordOpened, workspaceId } from './recent-workspaces.ts'

let settings: string
beforeEach(async () => {
  settings = await temporaryFolder()
  vi.stubEnv('DLRM_STUDIO_SETTINGS', settings)
  onTestFinished(() => void vi.unstubAllEnvs())
})

const paths = () => recentWorkspaces().map(({ path }) => path)
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second))

it('lists the workspace that was opened last first, each once, until it is forgotten', () => {
  recordOpened('/a', at(1))
  recordOpened('/b', at(2))
  recordOpened('/a', at(3))
  expect(paths()).toEqual(['/a', '/b'])
  forgetWorkspace(workspaceId('/a'))
  forgetWorkspace('../settings')
  expect(paths()).toEqual(['/b'])
})

it('leaves out an entry that is damaged or stands for another path, and keeps the others', () => {
  recordOpened('/a', at(1))
  const folder = join(settings, 'workspaces')
  writeFileSync(join(folder, `${workspaceId('/b')}.json`), '{"path": "/b"')
  writeFileSync(join(folder, `${workspaceId('/c')}.json`), JSON.stringify({ path: '/d', openedAt: at(1) }))
  expect(paths()).toEqual(['/a'])
})

it('forgets the oldest of more than fifty', () => {
  for (let index = 0; index < 53; index++) recordOpened(`/w${index}`, at(index))
  expect(paths()).toHaveLength(50)
  expect(paths().at(-1)).toBe('/w3')
  expect(readdirSync(join(settings, 'workspaces'))).toHaveLength(50)
})

it('finds a workspace only where its data are, so that the empty place of a disk is none', async () => {
  const folder = await temporaryFolder()
  const workspace = join(folder, 'work')
  mkdirSync(join(workspace, 'datasets'), { recursive: true })
  expect(await isThere(workspace)).toBe(true)
  renameSync(workspace, join(folder, 'moved'))
  mkdirSync(workspace)
  expect([await isThere(workspace), await isThere(join(folder, 'moved'))]).toEqual([false, true])
})
