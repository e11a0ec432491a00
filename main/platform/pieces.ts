import type { FileHandle } from 'node:fs/promises'

const PIECE_BYTES = 1 << 20

/** The bytes of an open file from a position on, at most `bytes` of them, in pieces that stay valid until the next one. */
export async function* piecesOf(handle: FileHandle, start: number, bytes: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(bytes, PIECE_BYTES)))
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, bytes - at), start + at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
