import { stat } from 'node:fs/promises'
import { nativeAddon, type FileBeginning } from '../../../native/index.ts'
import { StudioError, toErrorData } from '../../contract/errors.ts'
import { fileError } from '../../platform/file-errors.ts'
import { decodeBeginning, type TextBeginning, type TextEncoding } from './encoding.ts'
import { refuseForeignFormat, refuseWrongName } from './foreign-formats.ts'

/** A file's beginning, decompressed if it is compressed, whatever its name is. */
export interface Head {
  file: string
  /** Size on disk. */
  fileBytes: number
  /** Up to the last complete line, or to the end if `whole`; without a byte order mark, with line feeds only. */
  text: string
  /** What the file is compressed by; null if it is not. */
  compression: string | null
  /** Whether the text is the whole file. */
  whole: boolean
  encoding: TextEncoding
  /** The separator that a first line such as sep=; names, which is blank in `text`; null if there is no such line. */
  separator: string | null
  /** The 1-based lines of the first byte that is not UTF-8 and of the first that is no character in the encoding. */
  notUtf8Line: number | null
  invalidLine: number | null
  /** The number of lines with such bytes. */
  invalidLines: number
}

export interface HeadOptions {
  /** The approximate number of bytes of text to read. */
  maxBytes?: number | undefined
  /** Detected if it is absent. */
  encoding?: TextEncoding | undefined
  /** The encoding of text that is not UTF-8, for bytes that do not show it. */
  fallback?: TextEncoding | undefined
  /** The user named the format, so first bytes of another format mean nothing. */
  named?: boolean | undefined
}

/** The importer rejects longer lines. */
export const MAX_LINE_BYTES = 1024 * 1024
/** A text file that is damaged in a few positions has at most this many NUL bytes, or one in a hundred. */
const FEW_NUL_BYTES = 10

/** Reads a file's beginning. Refuses a file that is not readable text, with the reason and the remedy. */
export async function readHead(
  file: string,
  { maxBytes = MAX_LINE_BYTES, encoding, fallback, named = false }: HeadOptions = {},
): Promise<Head> {
  const fileBytes = await sizeOf(file)
  // One additional byte distinguishes a file of exactly that size from a longer one.
  const wanted = maxBytes + 1
  const { bytes: stored, compression = null } = await beginningOf(file, wanted)
  refuseWrongName(compression, stored, file)
  if (stored.length === 0) throw empty(file)
  const whole = stored.length < wanted
  refuseForeignFormat({ start: stored }, file, named)
  const beginning = decodeBeginning(stored, { ...(encoding && { encoding }), ...(fallback && { fallback }) })
  const text = whole ? beginning.text : wholeLines(beginning.text)
  if (text === '') throw whole ? empty(file) : lineTooLong(file)
  refuseBinary(text, file)
  return {
    file,
    fileBytes,
    compression,
    whole,
    ...withoutSeparatorLine(text),
    ...problemsOf(beginning, text),
  }
}

/** The lines that do not reach into the rest of a file. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}

function withoutSeparatorLine(text: string): Pick<Head, 'text' | 'separator'> {
  const [, unquoted, quoted] = /^(?:sep=([\t -~])|"sep=([\t -~])") *\n/i.exec(text) ?? []
  const separator = unquoted ?? quoted ?? null
  // A blank line instead of it keeps the numbers of the lines below.
  return { separator, text: separator === null ? text : text.slice(text.indexOf('\n')) }
}

/** Which lines are no text, of those that were kept. */
function problemsOf(beginning: TextBeginning, text: string) {
  const { encoding, notUtf8Line, invalidLine, invalidLines } = beginning
  const lines = text.split('\n').length
  const kept = (line: number | null) => (line !== null && line <= lines ? line : null)
  const first = kept(invalidLine)
  return {
    encoding,
    notUtf8Line: kept(notUtf8Line),
    invalidLine: first,
    invalidLines: first === null ? 0 : invalidLines,
  }
}

/** The size of a regular file in bytes. Rejects with a StudioError if it cannot be read as a table. */
export async function sizeOf(file: string): Promise<number> {
  const info = await stat(file).catch((error: unknown) => {
    throw fileError(error, 'read', file)
  })
  if (info.isFile()) return info.size
  const what = info.isDirectory() ? 'is a folder' : 'is not a regular file'
  throw new StudioError('InvalidArgument', `${file} ${what}. Choose a text file.`, { file })
}

async function beginningOf(file: string, length: number): Promise<FileBeginning> {
  try {
    return await nativeAddon().fileBeginning(file, length)
  } catch (error) {
    const { code, message } = toErrorData(error)
    throw new StudioError(code, message, { file })
  }
}

function empty(file: string): StudioError {
  return new StudioError('InvalidArgument', `${file} is empty.`, { file })
}

function lineTooLong(file: string): StudioError {
  return new StudioError(
    'InvalidArgument',
    `${file}, row 1: the line is longer than 1.05 MB. Check that the file has one row per line.`,
    { file, row: 1 },
  )
}

/**
 * Single NUL bytes are rejected row by row when importing. In the first row, or in large numbers, they mean that the
 * file is not text.
 */
function refuseBinary(text: string, file: string): void {
  const first = text.indexOf('\0')
  if (first < 0) return
  const row = text.slice(0, first).split('\n').length
  const count = text.split('\0').length - 1
  const few = count <= FEW_NUL_BYTES || count * 100 < text.length
  if (row > 1 && few) return
  throw new StudioError(
    'InvalidArgument',
    `${file}, row ${row}: it contains NUL bytes, so it is not a text file. Export it as CSV in UTF-8.`,
    { file, row },
  )
}
