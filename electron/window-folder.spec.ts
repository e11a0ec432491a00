import { cpSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mayMount, smallDisk } from '../test/helpers/small-disk.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { dropForeignLock, recordPlace, windowFolder } from './window-folder.ts'

it('lies in the workspace, whether that is there already or not', async () => {
  const workspace = await temporaryFolder()
  expect(windowFolder(workspace, '/data')).toBe(join(workspace, '.window'))
  const missing = join(workspace, 'missing')
  expect(windowFolder(missing, '/data')).toBe(join(missing, '.window'))
})

it('lies among the user’s data where the workspace’s own has links that would lead what is written elsewhere', async () => {
  const victim = await temporaryFolder()
  const places: ((workspace: string) => string)[] = [
    (workspace) => join(workspace, '.window'),
    (workspace) => join(workspace, '.window', 'logs'),
    (workspace) => join(workspace, '.window', 'Local Storage', 'leveldb'),
  ]
  for (const place of places) {
    const workspace = await temporaryFolder()
    mkdirSync(join(place(workspace), '..'), { recursive: true })
    symlinkSync(victim, place(workspace))
    expect(windowFolder(workspace, '/data')).toMatch(/^\/data\/windows\//)
  }
  expect(readdirSync(victim)).toEqual([])
})

it('lies in the workspace although Chromium has marked it with links', async () => {
  const workspace = await temporaryFolder()
  mkdirSync(join(workspace, '.window'))
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket'])
    symlinkSync('somewhere', join(workspace, '.window', name))
  expect(windowFolder(workspace, '/data')).toBe(join(workspace, '.window'))
})

it.runIf(mayMount)(
  'lies among the user’s data where the workspace cannot be written, one for each',
  async () => {
    const [one, other] = [await smallDisk(), await smallDisk()]
    one.makeReadOnly()
    other.fill()
    const folders = [one, other].map(({ path }) => windowFolder(path, '/data'))
    for (const folder of folders) expect(folder).toMatch(/^\/data\/windows\/[0-9a-f]{16}$/)
    expect(new Set(folders).size).toBe(2)
  },
)

/** Chromium's locks are links to `host-pid`, and to a socket. */
async function lockedFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), '.window')
  mkdirSync(folder)
  recordPlace(folder)
  symlinkSync(`${hostname()}-${process.pid}`, join(folder, 'SingletonLock'))
  symlinkSync('/tmp/socket', join(folder, 'SingletonSocket'))
  return folder
}

const namesIn = (folder: string) => readdirSync(folder).sort()

it('keeps the lock of its own window, also after the workspace was moved on its disk', async () => {
  const folder = await lockedFolder()
  const moved = `${folder}-moved`
  renameSync(folder, moved)
  dropForeignLock(moved)
  expect(namesIn(moved)).toEqual(['SingletonLock', 'SingletonSocket', 'place'])
})

it('drops the lock that a copy of a workspace brought with it', async () => {
  const folder = await lockedFolder()
  const copy = `${folder}-copy`
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true })
  dropForeignLock(copy)
  expect(namesIn(copy)).toEqual(['place'])
  expect(namesIn(folder)).toContain('SingletonLock')
})

it('drops the lock of another machine', async () => {
  const folder = join(await temporaryFolder(), '.window')
  mkdirSync(folder)
  symlinkSync('another-machine-4711', join(folder, 'SingletonLock'))
  dropForeignLock(folder)
  expect(namesIn(folder)).toEqual([])
})
