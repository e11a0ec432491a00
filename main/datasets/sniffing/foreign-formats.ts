import { StudioError } from '../../contract/errors.ts'
import { jsonErrorPosition } from '../../model/json-position.ts'

interface ForeignFormat {
  /** A file of the format begins with one of these bytes, written as latin1. */
  starts: string[]
  name: string
  remedy: string
}

const UNPACK = 'Unpack it and choose the text file inside.'
const EXPORT = 'Export it as CSV.'

const UTF_32: ForeignFormat = {
  starts: ['\xff\xfe\0\0', '\0\0\xfe\xff'],
  name: 'UTF-32 text',
  remedy: 'Save it as UTF-8.',
}

/** First bytes that no text has, because each contains a control character or a byte sequence that is not text. */
const BINARY_STARTS: ForeignFormat[] = [
  {
    starts: ['\x1f\x8b', '\x28\xb5\x2f\xfd', '\xfd7zXZ\0'],
    name: 'compressed too many times',
    remedy: UNPACK,
  },
  {
    starts: ['PK\x03\x04', 'PK\x05\x06'],
    name: 'a zip archive inside another file, or an empty one',
    remedy: UNPACK,
  },
  { starts: ['7z\xbc\xaf\x27\x1c'], name: 'a 7z archive', remedy: UNPACK },
  UTF_32,
  { starts: ['SQLite format 3\0'], name: 'an SQLite database', remedy: EXPORT },
  { starts: ['\x89HDF\r\n\x1a\n'], name: 'an HDF5 file', remedy: EXPORT },
  { starts: ['Obj\x01'], name: 'an Avro file', remedy: EXPORT },
  { starts: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], name: 'a Python pickle', remedy: EXPORT },
  { starts: ['\x93NUMPY'], name: 'a NumPy array', remedy: EXPORT },
  { starts: ['\x7fELF', 'MZ\x90\0', '\xcf\xfa\xed\xfe'], name: 'a program', remedy: 'Choose a text file.' },
]

/**
 * First bytes that a header may have as well. They count only if the file continues with bytes that no text contains.
 */
const LETTER_STARTS: ForeignFormat[] = [
  {
    starts: ['PAR1'],
    name: 'a Parquet file that is cut off at its end',
    remedy: 'Copy or download it again.',
  },
  { starts: ['ORC'], name: 'an ORC file', remedy: EXPORT },
  { starts: ['%PDF-'], name: 'a PDF document', remedy: EXPORT },
]
/** The length of a file's beginning in which such bytes are searched. */
const SEARCHED = 4096
const NO_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f]/

export interface FileStart {
  /** The first bytes. */
  start: Buffer
}

/**
 * Throws Unsupported, naming the format, for files that are known not to be delimited text. If the user names the
 * format it is used, unless the bytes cannot be text.
 */
export function refuseForeignFormat({ start }: FileStart, file: string, named: boolean): void {
  const text = start.subarray(0, SEARCHED).toString('latin1')
  const refuse = ({ name, remedy }: ForeignFormat) => {
    throw new StudioError('Unsupported', `${file} is ${name}. ${remedy}`, { file })
  }
  const begins = ({ starts }: ForeignFormat) => starts.some((bytes) => text.startsWith(bytes))
  const binary = BINARY_STARTS.find(begins)
  if (binary) refuse(binary)
  const lettered = LETTER_STARTS.find(begins)
  if (lettered && NO_TEXT.test(text)) refuse(lettered)
  if (looksLikeUtf32(start)) refuse(UTF_32)
  if (!named && looksLikeJson(text))
    refuse({
      starts: [],
      name: 'JSON, but no list of objects',
      remedy: 'Write one object a line, or an array of objects.',
    })
}

const NAMED: Record<string, string> = { gz: 'gzip', zst: 'zstd', bz2: 'bzip2', xz: 'xz', zip: 'zip' }

/** Throws Corrupt for a file that is not compressed although its name says so, because it may be damaged. */
export function refuseWrongName(compression: string | null, start: Buffer, file: string): void {
  const extension = /\.(\w+)$/.exec(file.toLowerCase())?.[1] ?? ''
  const expected = Object.hasOwn(NAMED, extension) ? NAMED[extension] : undefined
  if (compression !== null || expected === undefined || start.length === 0) return
  const message = `${file} is not a ${expected} file, although its name ends in .${extension}. Rename it if it is plain text.`
  throw new StudioError('Corrupt', message, { file })
}

/** In UTF-32 three of four bytes of ASCII text are 0. */
function looksLikeUtf32(start: Buffer): boolean {
  const units = Math.floor(Math.min(start.length, SEARCHED) / 4)
  if (units < 2) return false
  const isAscii = (unit: number, at: number) =>
    [0, 1, 2, 3].every((byte) => (start[unit * 4 + byte] === 0) === (byte !== at))
  const share = (at: number) => {
    let count = 0
    for (let unit = 0; unit < units; unit++) if (isAscii(unit, at)) count++
    return count / units
  }
  return share(0) > 0.5 || share(3) > 0.5
}

/** Whether the first line is JSON, or the beginning of it. A header such as [id],label is neither. */
function looksLikeJson(text: string): boolean {
  const [first = ''] = text
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .split(/\r\n?|\n/)
  const line = first.trimEnd()
  if (!/^[[{]/.test(line)) return false
  const offset = jsonErrorPosition(line).column - 1
  const isCutString = text.length === SEARCHED && line[offset] === '"' && !text.includes('\n')
  return offset >= line.length || isCutString
}
