/** Writes files so that neither a crash nor a power cut leaves a part of one. */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { diskFull, isFullCode } from './disk-space.ts'
import { StudioError } from '../contract/errors.ts'

/** Windows has no such flag, but only an administrator can create a symbolic link there. */
const NO_LINK = constants.O_NOFOLLOW ?? 0

/**
 * Replaces a file so that after a crash it has either its old content or the new one. Sync its folder to be sure which.
 * Throws DiskFull or Io; no temporary file remains then.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await replaceFile(path, `${path}.${process.pid}.tmp`, (file) => file.writeFile(content))
  } catch (error) {
    throw writingError(error, path)
  }
}

/**
 * Replaces a file by what `write` puts into a temporary one on the same disk. An error is thrown unchanged; the
 * temporary file is removed then, and the former content stays.
 */
export async function replaceFile(
  path: string,
  temporary: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    await clearPath(temporary)
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | NO_LINK)
    try {
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Like replaceFile, for the last moment of a process: it does not wait for the disk, so a power cut may undo it. */
export function replaceFileSync(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    rmSync(temporary, { force: true })
    writeFileSync(temporary, content, { flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/**
 * Removes what exists at the path of a new file, so that no symbolic link is followed and no pipe is waited for. A
 * device stays, because only an administrator can have created it.
 */
export async function clearPath(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null)
  if (there && !there.isCharacterDevice()) await rm(path, { force: true })
}

/** Makes renames durable. Windows has no such call and does not need it; some network drives have none either. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder)
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!isNotSynced(error)) throw error
  }
}

/** Like syncFolder, for code that must not wait. */
export function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return
  try {
    syncFileSync(folder)
  } catch (error) {
    if (!isNotSynced(error)) throw error
  }
}

/** Makes the content of a file durable that something else has written. Throws the system's error. */
export function syncFileSync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Error codes of folders that may be written in but not opened, and of file systems that do not sync folders. */
const NOT_SYNCED = new Set(['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP'])
const isNotSynced = (error: unknown): boolean => NOT_SYNCED.has((error as NodeJS.ErrnoException).code ?? '')

/** Creates a folder with its ancestors, so that each exists after a power cut. Throws the system's error. */
export async function makeFolderDurably(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made))
    if (made === first || dirname(made) === made) return
  }
}

function writingError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  if (isFullCode(code)) return diskFull(path)
  return new StudioError('Io', `${path} cannot be written (${code}).`, { file: path })
}
