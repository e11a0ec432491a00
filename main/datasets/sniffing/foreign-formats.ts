import { StudioError } from '../../contract/errors.ts'

interface ForeignFormat {
  /** Its files begin with one of these bytes, written as latin1. */
  starts: string[]
  name: string
  remedy: string
}

const UNPACK = 'Unpack it and choose the text file inside.'
const EXPORT = 'Export it as CSV.'

const FORMATS: ForeignFormat[] = [
  { starts: ['PK\x03\x04', 'PK\x05\x06'], name: 'a zip archive or an office document', remedy: UNPACK },
  { starts: ['BZh'], name: 'bzip2-compressed', remedy: UNPACK },
  { starts: ['\x28\xb5\x2f\xfd'], name: 'zstd-compressed', remedy: UNPACK },
  { starts: ['\xfd7zXZ'], name: 'xz-compressed', remedy: UNPACK },
  { starts: ['7z\xbc\xaf\x27\x1c'], name: 'a 7z archive', remedy: UNPACK },
  { starts: ['\xff\xfe', '\xfe\xff'], name: 'UTF-16 text', remedy: 'Save it as UTF-8.' },
  { starts: ['\xef\xbb\xbf{', '\xef\xbb\xbf[', '{', '['], name: 'JSON', remedy: EXPORT },
  { starts: ['SQLite format 3'], name: 'an SQLite database', remedy: EXPORT },
  { starts: ['%PDF'], name: 'a PDF document', remedy: EXPORT },
  { starts: ['\x89HDF'], name: 'an HDF5 file', remedy: EXPORT },
  { starts: ['ARROW1', 'FEA1'], name: 'an Arrow file', remedy: EXPORT },
  { starts: ['Obj\x01'], name: 'an Avro file', remedy: EXPORT },
  { starts: ['ORC'], name: 'an ORC file', remedy: EXPORT },
  { starts: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'], name: 'a Python pickle', remedy: EXPORT },
  { starts: ['\x93NUMPY'], name: 'a NumPy array', remedy: EXPORT },
  { starts: ['\x7fELF', 'MZ\x90', '\xcf\xfa\xed\xfe'], name: 'a program', remedy: 'Choose a text file.' },
]

const GZIP = '\x1f\x8b'

/** Throws Unsupported for files that are known to be something else than delimited text, naming what they are. */
export function refuseForeignFormat(start: Buffer, file: string, zipped: boolean): void {
  const text = start.subarray(0, 16).toString('latin1')
  if (text.startsWith('PAR1') || file.toLowerCase().endsWith('.parquet')) throw parquetUnsupported(file)
  if (zipped) {
    if (text === '' || text.startsWith(GZIP)) return
    throw new StudioError('Corrupt', `${file} is no gzip file, although its name ends in .gz. Rename it.`, {
      file,
    })
  }
  if (text.startsWith(GZIP)) {
    const message = `${file} is gzip-compressed. Give it a name ending in .gz.`
    throw new StudioError('Unsupported', message, { file })
  }
  const found = FORMATS.find(({ starts }) => starts.some((bytes) => text.startsWith(bytes)))
  if (found) throw new StudioError('Unsupported', `${file} is ${found.name}. ${found.remedy}`, { file })
}

export function parquetUnsupported(file: string): StudioError {
  return new StudioError(
    'Unsupported',
    `${file} is a Parquet file. Parquet import comes in a later version; export it as CSV.`,
    { file },
  )
}
