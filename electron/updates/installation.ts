/**
 * How a copy of the app replaces itself. First everything is prepared beside the running version; then one rename of a file
 * makes it count. Whenever the process is killed, the old version starts or the new one does.
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, renameSync } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { StudioError } from '../../main/contract/errors.ts'
import { diskFull, isFullCode } from '../../main/platform/disk-space.ts'
import { syncFolder } from '../../main/platform/durable-file.ts'
import { readRegularFileSync } from '../../main/platform/regular-file.ts'

export interface Installation {
  /** The ending of its packages' names. */
  extension: 'tar.gz' | 'AppImage' | 'exe' | 'zip'
  /** Makes everything ready, durably, but changes nothing yet. Throws DiskFull or Io. */
  prepare(downloaded: string, version: string): Promise<void>
  /** Makes the prepared version count. Returns the program that starts it. */
  commit(): string
}

export interface RunningCopy {
  platform: NodeJS.Platform
  /** The path of the running program. */
  executable: string
  env: Record<string, string | undefined>
}

/** The installation of this copy, or why it does not update itself. */
export function findInstallation({ platform, executable, env }: RunningCopy): Installation | string {
  if (platform === 'win32') return byInstaller('exe')
  if (platform === 'darwin') return byInstaller('zip')
  const file = env.APPIMAGE
  if (file) return isWritable(file) && isWritable(dirname(file)) ? appImage(file) : notWritable(file)
  const entry = entryFolder(executable)
  if (/^\/(opt|usr)\//.test(entry))
    return 'This copy was installed as a package of the system: install the new version’s package in the same way.'
  return isWritable(entry) ? folder(entry, basename(executable)) : notWritable(entry)
}

const notWritable = (path: string): string =>
  `This copy cannot replace itself, because ${path} cannot be written: download the new version, or ask whoever installed this one.`

/** Windows and macOS have installers of their own, which check the signature of the new version once more. */
const byInstaller = (extension: 'exe' | 'zip'): Installation => ({
  extension,
  prepare: async () => undefined,
  commit: () => process.execPath,
})

/** One file. The new one is written beside it, so that a rename replaces it. */
function appImage(file: string): Installation {
  const prepared = join(dirname(file), `.${basename(file)}.update`)
  return {
    extension: 'AppImage',
    async prepare(downloaded) {
      await guarded(prepared, async () => {
        await rm(prepared, { force: true })
        await copyFile(downloaded, prepared)
        await chmod(prepared, 0o755)
        await sync(prepared)
        await syncFolder(dirname(prepared))
      })
    },
    commit() {
      renameSync(prepared, file)
      return file
    },
  }
}

const VERSIONS = 'versions'
const CURRENT = 'current.json'
const pointer = z.object({ version: z.string().regex(/^[0-9A-Za-z.-]{1,100}$/) })

/** The folder that was unpacked first, whose program people start. Newer versions are in its folder `versions`. */
export function entryFolder(executable: string): string {
  const own = dirname(executable)
  return basename(dirname(own)) === VERSIONS ? dirname(dirname(own)) : own
}

/** The program of the version that an update has installed into an entry folder; null if there is none. */
export function updatedExecutable(entry: string, name: string): string | null {
  try {
    const file = join(entry, VERSIONS, CURRENT)
    const { version } = pointer.parse(JSON.parse(readRegularFileSync(file, 1024).toString('utf8')))
    const executable = join(entry, VERSIONS, version, name)
    accessSync(executable, constants.X_OK)
    return executable
  } catch {
    return null
  }
}

/** A folder. A new version is unpacked into another one, and a small file says which version counts. */
function folder(entry: string, name: string): Installation {
  const versions = join(entry, VERSIONS)
  let prepared: { version: string; pointer: string } | null = null
  return {
    extension: 'tar.gz',
    async prepare(downloaded, version) {
      const target = join(versions, version)
      const partial = `${target}.partial`
      await guarded(partial, async () => {
        await mkdir(versions, { recursive: true })
        for (const left of await readdir(versions)) {
          if (left.endsWith('.partial')) await rm(join(versions, left), { recursive: true, force: true })
        }
        await mkdir(partial)
        await unpack(downloaded, partial)
        accessSync(join(partial, name), constants.X_OK)
        await syncTree(partial)
        await rm(target, { recursive: true, force: true })
        await rename(partial, target)
        await syncFolder(versions)
        await writePointer(join(versions, `${CURRENT}.new`), version)
      })
      prepared = { version, pointer: join(versions, `${CURRENT}.new`) }
    },
    commit() {
      if (!prepared) throw new StudioError('InvalidState', 'No update is prepared.')
      renameSync(prepared.pointer, join(versions, CURRENT))
      return join(versions, prepared.version, name)
    },
  }
}

/** Removes the versions between the first one and the running one, which no longer count. */
export async function removeOldVersions(executable: string): Promise<void> {
  const entry = entryFolder(executable)
  if (entry === dirname(executable)) return
  const own = basename(dirname(executable))
  for (const name of await readdir(join(entry, VERSIONS)).catch(() => [])) {
    const isOlder = /^\d+\.\d+\.\d+$/.test(name) && name.localeCompare(own, 'en', { numeric: true }) < 0
    if (isOlder)
      await rm(join(entry, VERSIONS, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

async function writePointer(file: string, version: string): Promise<void> {
  await rm(file, { force: true })
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(JSON.stringify({ version }))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(file))
}

/** The archive has one folder, which is left out. The system's own tar has unpacked this copy, too. */
function unpack(archive: string, target: string): Promise<void> {
  const args = ['--extract', '--gzip', '--file', archive, '--directory', target, '--strip-components=1']
  return new Promise((resolve, reject) =>
    execFile('tar', [...args, '--no-same-owner'], (error, _stdout, stderr) => {
      if (!error) return resolve()
      const code = /No space left|quota/i.test(stderr) ? 'ENOSPC' : 'EIO'
      reject(Object.assign(new Error(stderr.trim().split('\n')[0] || error.message), { code }))
    }),
  )
}

async function syncTree(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) await sync(path)
    else if (entry.isDirectory()) await syncFolder(path)
  }
  await syncFolder(root)
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r')
  await handle.sync().finally(() => handle.close())
}

/** What could not be finished is removed, so that it takes no room on a full disk. */
async function guarded(partial: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    const { code = '', message } = error as NodeJS.ErrnoException
    if (isFullCode(code)) throw diskFull(partial, { advice: 'and try again; nothing was changed' })
    throw new StudioError(
      'Io',
      `The update could not be prepared in ${dirname(partial)}: ${message}. Nothing was changed.`,
    )
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
