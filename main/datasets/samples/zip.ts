import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl'
import { StudioError } from '../../contract/errors.ts'

const STORED = 0
const DEFLATED = 8

/**
 * The content of the entries whose name ends with one of the suffixes, by suffix. Sizes are compared with maxBytes before
 * anything is unpacked. Throws Corrupt or Unsupported with the name of `file`.
 */
export async function readZipEntries(
  archive: Buffer,
  suffixes: string[],
  file: string,
  maxBytes: number,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  try {
    const zip = await fromBufferPromise(archive)
    for await (const entry of zip.eachEntry()) {
      const suffix = suffixes.find((wanted) => entry.fileName.endsWith(wanted))
      if (suffix === undefined) continue
      requireReadable(entry, file, maxBytes)
      found.set(suffix, await contentOf(zip, entry))
    }
  } catch (error) {
    if (error instanceof StudioError) throw error
    throw new StudioError('Corrupt', `${file} is a damaged zip archive or none at all. Download it again.`, {
      file,
    })
  }
  return found
}

function requireReadable(entry: Entry, file: string, maxBytes: number): void {
  const { fileName, compressionMethod, uncompressedSize } = entry
  if (entry.isEncrypted()) throw unsupported(file, `${fileName} in it is encrypted`)
  if (uncompressedSize > maxBytes) throw unsupported(file, `${fileName} in it is larger than expected`)
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw unsupported(file, `${fileName} in it uses an unsupported compression method`)
}

/** Throws an Error if the entry is damaged. yauzl compares the size itself, but not the checksum. */
async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const content = await buffer(await zip.openReadStreamPromise(entry))
  if (crc32(content) !== entry.crc32) throw new Error('the checksum differs')
  return content
}

const unsupported = (file: string, what: string): StudioError =>
  new StudioError('Unsupported', `${file} cannot be read: ${what}.`, { file })
