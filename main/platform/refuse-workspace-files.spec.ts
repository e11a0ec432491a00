import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openStudioDatabase } from '../../db/index.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { checkOutputFile } from '../cli/output-file.ts'
import { writeFileSafely } from './write-file.ts'

async function workspaceWithFiles(): Promise<string> {
  const workspace = join(await temporaryFolder(), 'workspace')
  mkdirSync(join(workspace, 'datasets', 'clicks', 'train'), { recursive: true })
  writeFileSync(join(workspace, 'datasets', 'clicks', 'manifest.json'), 'kept')
  symlinkSync(workspace, join(workspace, '..', 'link'))
  symlinkSync(join(workspace, 'studio.db'), join(workspace, '..', 'results.csv'))
  openStudioDatabase(join(workspace, 'studio.db')).close()
  return workspace
}

it.each([
  'studio.db',
  'studio.db-wal',
  'space-reserve',
  'datasets/clicks/manifest.json',
  'datasets/clicks/train/rows.bin',
  'datasets/new.csv',
  'checkpoints/r-1/25.safetensors',
  '../link/studio.db',
  '../results.csv',
  'datasets/../studio.db',
])('refuses to write %s of a workspace, and leaves it', async (name) => {
  const workspace = await workspaceWithFiles()
  const before = readFileSync(join(workspace, 'studio.db'))
  const refusal = expect.objectContaining({ code: 'InvalidArgument' }) as unknown
  // Not joined, which would take the dots away.
  const path = `${workspace}/${name}`
  expect(() => checkOutputFile(path, { force: true })).toThrow('choose another place')
  await expect(writeFileSafely(path, (sink) => sink.text('x'))).rejects.toMatchObject({ data: refusal })
  expect(readFileSync(join(workspace, 'studio.db'))).toEqual(before)
  expect(readFileSync(join(workspace, 'datasets/clicks/manifest.json'), 'utf8')).toBe('kept')
})

it.each(['out.csv', 'exports/out.csv', '../datasets/out.csv'])(
  'writes %s beside what a workspace keeps',
  async (name) => {
    const workspace = await workspaceWithFiles()
    for (const folder of ['exports', '../datasets']) mkdirSync(join(workspace, folder))
    const path = join(workspace, name)
    checkOutputFile(path, { force: false })
    await writeFileSafely(path, (sink) => sink.text('x'))
    expect(readFileSync(path, 'utf8')).toBe('x')
  },
)
