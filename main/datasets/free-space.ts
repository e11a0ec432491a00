import { byteText, freeBytes } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'

/** Left free beside what is needed, for the database and everything else that writes to the disk. */
const SPARE_BYTES = 1024 * 1024

/** Throws DiskFull, with both numbers, where the folder's disk cannot hold `bytes` more. */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const free = freeBytes(folder)
  if (free === null || free >= bytes + SPARE_BYTES) return
  throw new StudioError(
    'DiskFull',
    `The disk is full: this needs ${byteText(bytes + SPARE_BYTES)} in ${folder}, and only ${byteText(free)} are free. ` +
      'Free some space, ask for fewer rows, or use a workspace on another disk.',
  )
}
