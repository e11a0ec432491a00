/** Writing files so that neither a crash nor a power cut leaves half of one. */
import { constants, renameSync, rmSync, writeFileSync } from 'node:fs'
import { lstat, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { diskFull, isFullCode } from './disk-space.ts'
import { StudioError } from '../contract/errors.ts'

/** Windows has no such flag; there a link takes an administrator to make. */
const NO_LINK = constants.O_NOFOLLOW ?? 0

/**
 * Replaces a file so that after a crash it has its old content or the new, never less; sync its folder to be sure
 * which. Throws DiskFull or Io; nothing is left lying about then.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await replaceFile(path, `${path}.${process.pid}.tmp`, (file) => file.writeFile(content))
  } catch (error) {
    throw writingError(error, path)
  }
}

/**
 * Replaces a file by what `write` puts into a temporary one on the same disk. Whatever fails is thrown as it is; the
 * temporary file is removed then, and the former content stays.
 */
export async function replaceFile(
  path: string,
  temporary: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  try {
    await clearPlace(temporary)
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

/** As replaceFile, for the last moment of a process: without waiting for the disk, so that a power cut may undo it. */
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
 * Removes what lies where a new file is to be written, so that no link is followed and no pipe waited for. A device
 * stays: only an administrator can have made it.
 */
export async function clearPlace(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null)
  if (there && !there.isCharacterDevice()) await rm(path, { force: true })
}

/** Makes renames durable. Windows has no such call and does not need it; nor have some network drives. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder)
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!NOT_SYNCED.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Folders that may be written in, but not opened, and file systems that sync no folders. */
const NOT_SYNCED = new Set(['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP'])

/** Makes a folder with those above it, so that each is there after a power cut. Throws the system's error. */
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
