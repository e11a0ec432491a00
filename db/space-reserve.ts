/**
 * A small file beside the database that is released when the disk is full, because opening a database takes some
 * kilobytes, and deleting a run writes before it frees anything.
 */
import { randomBytes } from 'node:crypto'
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toErrorData } from '../main/contract/errors.ts'
import { freeBytes } from '../main/platform/disk-space.ts'

export const RESERVE_FILE = 'space-reserve'
const RESERVE_BYTES = 1024 * 1024
/** The bytes that opening takes: the shared memory of the write-ahead log, and its first frames. */
export const OPENING_BYTES = 256 * 1024

const reserveOf = (database: string): string => join(dirname(database), RESERVE_FILE)

/** Creates or refills the reserve if there is room. Without room there is no reserve, which is not a failure. */
export function keepReserve(database: string): void {
  const path = reserveOf(database)
  try {
    if (statSync(path, { throwIfNoEntry: false })?.size === RESERVE_BYTES) return
    const free = freeBytes(database)
    if (free === null || free < 4 * RESERVE_BYTES) return
    // Zeros would take no space on file systems that compress.
    writeFileSync(path, randomBytes(RESERVE_BYTES))
  } catch {
    rmSync(path, { force: true })
  }
}

/** Releases up to this many bytes; false if there were none. */
export function releaseReserve(database: string, bytes = RESERVE_BYTES): boolean {
  const path = reserveOf(database)
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size === 0) return false
    truncateSync(path, Math.max(0, size - bytes))
    return true
  } catch {
    return false
  }
}

/** Repeats the work with the space of the reserve if the disk is full; `bytes` is the space that it takes. */
export function withReserve<Result>(file: string, bytes: number | undefined, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (toErrorData(error).code !== 'DiskFull' || !releaseReserve(file, bytes)) throw error
    return work()
  }
}
