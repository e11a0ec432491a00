import { statfs } from 'node:fs/promises'
import { StudioError } from '../contract/errors.ts'

/** Left free beside what is needed, for everything else that writes to the disk. */
const RESERVE_BYTES = 64 * 1024 * 1024

/** Throws DiskFull, with both numbers, where the folder's disk cannot hold `bytes` more. */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes + RESERVE_BYTES) return
  throw new StudioError(
    'DiskFull',
    `This needs ${megabytes(bytes + RESERVE_BYTES)} in ${folder}, but only ${megabytes(free)} are free. ` +
      'Free some space, ask for fewer rows, or use a workspace on another disk.',
  )
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
}
