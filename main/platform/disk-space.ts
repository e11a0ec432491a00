/** The sentence about a full disk, which is the same everywhere: which folder, how much is free, and how much is needed. */
import { formatBytes } from '../contract/quantities.ts'
import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError } from '../contract/errors.ts'

/** Below this nothing useful can be written any more, because a file system may keep its last blocks for itself. */
const FULL_BYTES = 256 * 1024
/** Space that must remain free besides what is needed, for the database and everything else that writes to the disk. */
const SPARE_BYTES = 1024 * 1024

/** The system's error codes for a full disk and for a quota that is used up. */
export const isFullCode = (code: string | undefined): boolean => code === 'ENOSPC' || code === 'EDQUOT'

/**
 * The bytes that ordinary users may still write on the disk that contains the path; null if the system does not say.
 */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folderOf(path))
    return bavail * bsize
  } catch {
    return null
  }
}

/** Whether the folder's disk has this many bytes free, as far as the system says. */
export function hasRoomFor(folder: string, bytes: number): boolean {
  const free = freeBytes(folder)
  return free === null || free >= bytes
}

/** Throws DiskFull, with both numbers, if the folder's disk cannot hold `bytes` more. */
export function requireFreeSpace(folder: string, bytes: number): void {
  const free = freeBytes(folder)
  if (free === null || free >= bytes + SPARE_BYTES) return
  throw new StudioError(
    'DiskFull',
    `The disk is full: this needs ${formatBytes(bytes + SPARE_BYTES)} in ${folder}, and only ${formatBytes(free)} are free. ` +
      'Free some space, ask for fewer rows, or use a workspace on another disk.',
  )
}

/** Whether almost nothing can be written beside the path. */
export function isDiskFull(path: string): boolean {
  const free = freeBytes(path)
  return free !== null && free < FULL_BYTES
}

/** DiskFull for a file or folder that could not be written. `advice` follows "Make room" as a clause of its own. */
export function diskFull(path: string, { needed, advice = 'and try again' }: DiskNeed = {}): StudioError {
  const folder = folderOf(path)
  const free = freeBytes(path)
  const room = free === null ? '' : `, ${formatBytes(free)} free in ${folder}`
  const need = needed === undefined ? '' : ` ${formatBytes(needed)} are needed.`
  const message = `${path} cannot be written: the disk is full${room}.${need} Free some space ${advice}.`
  return new StudioError('DiskFull', message, { file: path })
}

/**
 * The system's bare error for a full disk as a sentence, with `folder` if it names no file. Other errors are returned
 * unchanged.
 */
export function explainDiskFull(error: unknown, folder: string): unknown {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  return error instanceof Error && isFullCode(code) ? diskFull(path ?? folder) : error
}

export interface DiskNeed {
  /** The number of bytes that would have to be free. */
  needed?: number
  advice?: string
}

/** The nearest ancestor that exists, because a file that could not be created has no folder of its own. */
function folderOf(path: string): string {
  if (!existsSync(path)) return dirname(path) === path ? path : folderOf(dirname(path))
  return statSync(path).isDirectory() ? path : dirname(path)
}
