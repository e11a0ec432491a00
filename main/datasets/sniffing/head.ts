import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { StudioError } from '../../contract/errors.ts'
import { fileError } from '../file-errors.ts'
import { refuseForeignFormat } from './foreign-formats.ts'

/** A file's beginning, decompressed where the name ends in .gz. */
export interface Head {
  file: string
  /** Size on disk. */
  fileBytes: number
  /** Up to the last complete line, or to the end where `whole`; without a byte order mark. */
  text: string
  /** True where the text is the whole file. */
  whole: boolean
}

/** The importer rejects longer lines. */
export const MAX_LINE_BYTES = 1024 * 1024
const LINE_FEED = 0x0a
/** A text file damaged here and there has no more NUL bytes than this, or than one in a hundred. */
const FEW_NUL_BYTES = 10

/** Reads about maxBytes of text. Refuses what is no readable text file, saying why and what to do. */
export async function readHead(file: string, maxBytes = MAX_LINE_BYTES): Promise<Head> {
  const fileBytes = await sizeOf(file)
  const zipped = file.toLowerCase().endsWith('.gz')
  // One byte more than asked for tells a file of exactly that size from a longer one.
  const wanted = maxBytes + 1
  refuseForeignFormat(await readStart(file, 16), file, zipped)
  const bytes = zipped ? await gunzipStart(file, wanted) : await readStart(file, wanted)
  if (bytes.length === 0) throw new StudioError('InvalidArgument', `${file} is empty.`, { file })
  if (zipped) refuseForeignFormat(bytes, file, false)
  const whole = bytes.length < wanted
  const end = whole ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1
  if (end === 0) throw lineTooLong(file)
  refuseBinary(bytes.subarray(0, end), file)
  // TextDecoder drops a byte order mark.
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, end))
  return { file, fileBytes, text, whole }
}

async function sizeOf(file: string): Promise<number> {
  const info = await stat(file).catch((error: unknown) => {
    throw fileError(error, 'read', file)
  })
  if (info.isFile()) return info.size
  const what = info.isDirectory() ? 'is a folder' : 'is no regular file'
  throw new StudioError('InvalidArgument', `${file} ${what}. Choose a text file.`, { file })
}

async function readStart(file: string, length: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r')
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileError(error, 'read', file)
  }
}

async function gunzipStart(file: string, length: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        parts.push(chunk)
        size += chunk.length
        if (size >= length) return
      }
    })
  } catch (error) {
    // Leaving the loop early ends the pipeline with an error of its own.
    if (size < length) {
      const { code } = error as NodeJS.ErrnoException
      throw code?.startsWith('Z_') ? damagedGzip(file) : fileError(error, 'read', file)
    }
  }
  return Buffer.concat(parts).subarray(0, length)
}

function damagedGzip(file: string): StudioError {
  return new StudioError(
    'Corrupt',
    `${file} is no complete gzip file: it is damaged or cut off. Copy or download it again.`,
    { file },
  )
}

function lineTooLong(file: string): StudioError {
  return new StudioError(
    'InvalidArgument',
    `${file}, row 1: the line is longer than 1 MiB. Check that the file has one row a line.`,
    { file, row: 1 },
  )
}

/** Single NUL bytes are rejected row by row when importing; in the first row or in number they mean no text. */
function refuseBinary(bytes: Buffer, file: string): void {
  const first = bytes.indexOf(0)
  if (first < 0) return
  const firstRowEnd = bytes.indexOf(LINE_FEED)
  let count = 0
  for (let at = first; at >= 0; at = bytes.indexOf(0, at + 1)) count++
  const few = count <= FEW_NUL_BYTES || count * 100 < bytes.length
  if (firstRowEnd >= 0 && first > firstRowEnd && few) return
  const row = bytes.subarray(0, first).toString('latin1').split('\n').length
  throw new StudioError(
    'InvalidArgument',
    `${file}, row ${row}: it holds NUL bytes, so it is no text file. Export it as CSV in UTF-8.`,
    { file, row },
  )
}
