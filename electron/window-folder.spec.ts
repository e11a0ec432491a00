import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mayMount, smallDisk } from '../test/helpers/small-disk.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { windowFolder } from './window-folder.ts'

it('lies in the workspace, whether that is there already or not', async () => {
  const workspace = await temporaryFolder()
  expect(windowFolder(workspace, '/data')).toBe(join(workspace, '.window'))
  const missing = join(workspace, 'missing')
  expect(windowFolder(missing, '/data')).toBe(join(missing, '.window'))
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
