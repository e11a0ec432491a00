import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { kindOfFolder } from './check-folder.ts'

it('tells workspaces, empty folders and other folders apart', async () => {
  const folder = await temporaryFolder()
  expect(kindOfFolder(folder)).toBe('empty')
  expect(kindOfFolder(join(folder, 'not yet'))).toBe('empty')
  writeFileSync(join(folder, 'notes.txt'), '')
  expect(kindOfFolder(folder)).toBe('other')
  writeFileSync(join(folder, 'studio.db'), '')
  expect(kindOfFolder(folder)).toBe('workspace')
})

it('refuses a file, and a folder inside a workspace, with a sentence', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(() => kindOfFolder(join(folder, 'file'))).toThrow('cannot be a workspace: it is not a folder')
  mkdirSync(join(folder, 'datasets', 'clicks'), { recursive: true })
  expect(() => kindOfFolder(join(folder, 'datasets', 'clicks'))).toThrow(
    `it is inside the workspace ${folder}`,
  )
})
