import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { writeFileSafely } from './write-file.ts'

describe('writing a file the user named', () => {
  it('replaces a file by the whole of the new one', async () => {
    const path = join(await temporaryFolder(), 'out.csv')
    await writeFile(path, 'old')
    const written = await writeFileSafely(path, ({ text }) => text('new'))
    expect(written).toEqual({ path, bytes: 3 })
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  it('keeps what was there, and nothing else, where writing fails', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'out.csv'), 'old')
    const failing = writeFileSafely(join(folder, 'out.csv'), async ({ text }) => {
      await text('half')
      throw new Error('gone')
    })
    await expect(failing).rejects.toThrow('gone')
    expect(await readdir(folder)).toEqual(['out.csv'])
    expect(await readFile(join(folder, 'out.csv'), 'utf8')).toBe('old')
  })

  it('writes what a link points at', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'real.csv'), 'old')
    await symlink(join(folder, 'real.csv'), join(folder, 'link.csv'))
    await writeFileSafely(join(folder, 'link.csv'), ({ text }) => text('new'))
    expect(await readFile(join(folder, 'real.csv'), 'utf8')).toBe('new')
    expect((await lstat(join(folder, 'link.csv'))).isSymbolicLink()).toBe(true)
  })

  it.skipIf(process.platform === 'win32')('refuses what a rename would do away with', async () => {
    const folder = await temporaryFolder()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await mkdir(join(folder, 'folder'))
    const write = (path: string) => writeFileSafely(path, ({ text }) => text('x'))
    await expect(write(join(folder, 'folder'))).rejects.toThrow('is a folder')
    await expect(write(pipe)).rejects.toThrow('is no ordinary file')
    expect((await lstat(pipe)).isFIFO()).toBe(true)
  })
})
