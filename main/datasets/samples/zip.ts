import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { StudioError } from '../../contract/errors.ts'

const inflate = promisify(inflateRaw)

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_SIZE = 22
const ENTRY_SIZE = 46
const LOCAL_SIZE = 30
const MAX_COMMENT = 0xffff
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1

interface ZipEntry {
  name: string
  flags: number
  method: number
  crc: number
  compressedSize: number
  size: number
  localOffset: number
}

/**
 * The content of the entries whose name ends in one of the suffixes, by suffix. Every offset and size is checked
 * against the archive and maxBytes before it is used. Throws Corrupt or Unsupported naming `file`.
 */
export async function readZipEntries(
  archive: Buffer,
  suffixes: string[],
  file: string,
  maxBytes: number,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  try {
    for (const entry of directoryOf(archive, file)) {
      const suffix = suffixes.find((wanted) => entry.name.endsWith(wanted))
      if (suffix !== undefined) found.set(suffix, await contentOf(archive, entry, file, maxBytes))
    }
  } catch (error) {
    if (error instanceof StudioError) throw error
    // Buffer's own bounds check, or zlib.
    throw damaged(file)
  }
  return found
}

function* directoryOf(archive: Buffer, file: string): Generator<ZipEntry> {
  const end = findEnd(archive, file)
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  for (let entry = 0; entry < count; entry++) {
    if (archive.readUInt32LE(at) !== ENTRY_SIGNATURE) throw damaged(file)
    const nameLength = archive.readUInt16LE(at + 28)
    const extraLength = archive.readUInt16LE(at + 30)
    const commentLength = archive.readUInt16LE(at + 32)
    yield {
      name: archive.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength),
      flags: archive.readUInt16LE(at + 8),
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      compressedSize: archive.readUInt32LE(at + 20),
      size: archive.readUInt32LE(at + 24),
      localOffset: archive.readUInt32LE(at + 42),
    }
    at += ENTRY_SIZE + nameLength + extraLength + commentLength
  }
}

/** The end record is the last thing in the file but for a comment. */
function findEnd(archive: Buffer, file: string): number {
  const first = Math.max(0, archive.length - END_SIZE - MAX_COMMENT)
  for (let at = archive.length - END_SIZE; at >= first; at--) {
    if (archive.readUInt32LE(at) === END_SIGNATURE) return at
  }
  throw new StudioError('Corrupt', `${file} is not a complete zip archive or wheel. Download it again.`, {
    file,
  })
}

async function contentOf(archive: Buffer, entry: ZipEntry, file: string, maxBytes: number): Promise<Buffer> {
  if (entry.flags & ENCRYPTED) throw unsupported(file, `${entry.name} in it is encrypted`)
  if (entry.size > maxBytes) throw unsupported(file, `${entry.name} in it is larger than expected`)
  const local = entry.localOffset
  if (archive.readUInt32LE(local) !== LOCAL_SIGNATURE) throw damaged(file)
  const start = local + LOCAL_SIZE + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const end = start + entry.compressedSize
  if (end > archive.length) throw damaged(file)
  const packed = archive.subarray(start, end)
  const content = await unpack(packed, entry, file)
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw damaged(file)
  return content
}

async function unpack(packed: Buffer, entry: ZipEntry, file: string): Promise<Buffer> {
  switch (entry.method) {
    case STORED:
      return packed
    case DEFLATED:
      // At least one byte, for zlib refuses a limit of zero.
      return inflate(packed, { maxOutputLength: Math.max(1, entry.size) })
    default:
      throw unsupported(file, `${entry.name} in it uses an unsupported compression method`)
  }
}

function damaged(file: string): StudioError {
  return new StudioError('Corrupt', `${file} is a damaged zip archive. Download it again.`, { file })
}

function unsupported(file: string, what: string): StudioError {
  return new StudioError('Unsupported', `${file} cannot be read: ${what}.`, { file })
}
