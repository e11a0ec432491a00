import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { openRegularFile } from './regular-file.ts'

/** A content's SHA-256 in hexadecimal. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/**
 * A file's SHA-256 in hexadecimal. The file is read as a stream. Rejects as openRegularFile does, and when the signal
 * is aborted.
 */
export async function sha256OfFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const file = await openRegularFile(path)
  await pipeline(file.createReadStream({ highWaterMark: 1 << 20 }), hash, { signal })
  return hash.digest('hex')
}
