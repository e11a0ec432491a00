import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { checkOutputFile } from '../cli/output-file.ts'
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

  it('takes away what killed exports have left, and nothing of living ones or of anybody else', async () => {
    const folder = await temporaryFolder()
    const module = pathToFileURL(join(import.meta.dirname, 'write-file.ts')).href
    const script = `const { writeFileSafely } = await import(${JSON.stringify(module)})
      await writeFileSafely(process.argv[1], async ({ text }) => {
        await text('x'.repeat(1 << 20))
        process.stdout.write('half')
        await new Promise((resolve) => setTimeout(resolve, 60_000))
      })`
    const startExport = async (name: string): Promise<ChildProcess> => {
      const words = ['--input-type=module', '-e', script, join(folder, name)]
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      return child
    }
    const killed = await startExport('killed.csv')
    await startExport('living.csv')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    await writeFile(join(folder, 'mine.123.tmp'), 'mine')
    await writeFileSafely(join(folder, 'new.csv'), ({ text }) => text('new'))
    const names = (await readdir(folder)).toSorted()
    expect(names).toEqual([expect.stringMatching(/^living[.]csv-.*[.]tmp$/), 'mine.123.tmp', 'new.csv'])
  })

  it('writes what a link points at', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'real.csv'), 'old')
    await symlink(join(folder, 'real.csv'), join(folder, 'link.csv'))
    await writeFileSafely(join(folder, 'link.csv'), ({ text }) => text('new'))
    expect(await readFile(join(folder, 'real.csv'), 'utf8')).toBe('new')
    expect((await lstat(join(folder, 'link.csv'))).isSymbolicLink()).toBe(true)
  })

  it('leaves a link that leads nowhere alone, and says so', async () => {
    const folder = await temporaryFolder()
    const link = join(folder, 'link.csv')
    await symlink(join(folder, 'away', 'real.csv'), link)
    await expect(writeFileSafely(link, ({ text }) => text('new'))).rejects.toThrow(
      'link.csv is a symbolic link to a file that does not exist',
    )
    for (const force of [false, true])
      expect(() => checkOutputFile(link, { force })).toThrow('a file that does not exist')
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect(await readdir(folder)).toEqual(['link.csv'])
  })

  it.skipIf(process.platform === 'win32')('refuses what a rename would do away with', async () => {
    const folder = await temporaryFolder()
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await mkdir(join(folder, 'folder'))
    const write = (path: string) => writeFileSafely(path, ({ text }) => text('x'))
    await expect(write(join(folder, 'folder'))).rejects.toThrow('is a folder')
    await expect(write(pipe)).rejects.toThrow('is not a regular file')
    expect((await lstat(pipe)).isFIFO()).toBe(true)
  })
})
