import { gzipSync } from 'node:zlib'
import type { ImportRequest } from '../../main/contract/datasets.ts'
import type { ErrorCode } from '../../main/contract/errors.ts'

/** A file that no import may accept, and the required message. */
export interface MalformedFile {
  title: string
  content: string | Buffer
  /** clicks.csv unless given. */
  name?: string
  format?: ImportRequest['format']
  schema?: ImportRequest['schema']
  code: ErrorCode
  row?: number
  column?: string
  message: RegExp
}

/** The columns of the table below. */
const COLUMNS: NonNullable<ImportRequest['schema']> = {
  columns: [
    { name: 'label', role: 'label' },
    { name: 'dense_age', role: 'dense' },
    { name: 'sparse_city', role: 'sparse' },
  ],
}
const HEADER = 'label,dense_age,sparse_city'
const GOOD = ['1,30,Rome', '0,41,Oslo', '0,25,Lima']
const table = (...rows: string[]) => [HEADER, ...rows, ''].join('\n')
/** One bad row among three good ones exceeds the tenth that may be rejected. It is row 4. */
const withBadRow = (row: string) => table(...GOOD.slice(0, 2), row, ...GOOD.slice(2))

const criteoFields = (): string[] => [
  '1',
  ...Array<string>(13).fill('4'),
  ...Array<string>(26).fill('0a1b2c3d'),
]
const criteoRow = (changes: Record<number, string> = {}) =>
  criteoFields()
    .map((field, at) => changes[at] ?? field)
    .join('\t')
/** The bad row is the third. */
const criteo = (row: string) => [criteoRow(), criteoRow({ 0: '0' }), row, criteoRow(), ''].join('\n')

const tooMany = { code: 'TooManyRejectedRows', row: 4 } as const
const criteoBad = { code: 'TooManyRejectedRows', row: 3, name: 'day_0.tsv', format: 'criteo' } as const
const binary = (text: string) => Buffer.from(text, 'latin1')

/** Bad rows, which the importer finds one by one. */
const badRows: MalformedFile[] = [
  { title: 'a field too few', content: withBadRow('1,30'), ...tooMany, message: /2 fields; 3 are expected/ },
  { title: 'a field too many', content: withBadRow('1,30,Rome,Italy'), ...tooMany, message: /4 fields/ },
  {
    title: 'a label of 2',
    content: withBadRow('2,30,Rome'),
    ...tooMany,
    column: 'label',
    message: /label is 2/,
  },
  {
    title: 'an empty label',
    content: withBadRow(',30,Rome'),
    ...tooMany,
    column: 'label',
    message: /label is empty/,
  },
  {
    title: 'a word as label',
    content: withBadRow('yes,30,Rome'),
    ...tooMany,
    column: 'label',
    message: /0 or 1/,
  },
  {
    title: 'a label of nan',
    content: withBadRow('nan,30,Rome'),
    ...tooMany,
    column: 'label',
    message: /0 or 1/,
  },
  {
    title: 'a word as number',
    content: withBadRow('1,old,Rome'),
    ...tooMany,
    column: 'dense_age',
    message: /not a number/,
  },
  {
    title: 'infinity',
    content: withBadRow('1,inf,Rome'),
    ...tooMany,
    column: 'dense_age',
    message: /finite/,
  },
  {
    title: 'not a number',
    content: withBadRow('1,NaN,Rome'),
    schema: { ...COLUMNS, missingValues: [] },
    ...tooMany,
    column: 'dense_age',
    message: /finite/,
  },
  {
    title: 'a float too large',
    content: withBadRow('1,1e39,Rome'),
    ...tooMany,
    column: 'dense_age',
    message: /beyond the range/,
  },
  {
    title: 'a hexadecimal number',
    content: withBadRow('1,0x1f,Rome'),
    ...tooMany,
    column: 'dense_age',
    message: /not a number/,
  },
  {
    title: 'a NUL byte',
    content: `${withBadRow('1,30,Ro\0me')}`,
    ...tooMany,
    column: 'sparse_city',
    message: /NUL/,
  },
  {
    title: 'invalid UTF-8',
    content: binary(withBadRow('1,30,R\xe9\xff')),
    ...tooMany,
    column: 'sparse_city',
    message: /UTF-8/,
  },
  {
    title: 'an unclosed quote',
    content: withBadRow('1,30,"Rome'),
    schema: { ...COLUMNS, quotes: 'doubled' },
    ...tooMany,
    column: 'sparse_city',
    message: /never closed/,
  },
  {
    title: 'text after a quote',
    content: withBadRow('1,30,"Rome"x'),
    schema: { ...COLUMNS, quotes: 'doubled' },
    ...tooMany,
    column: 'sparse_city',
    message: /text after the closing quotation mark/,
  },
  {
    title: 'a line of 10 MB',
    content: withBadRow(`1,30,${'x'.repeat(10_000_000)}`),
    ...tooMany,
    message: /longer than 1\.05 MB/,
  },
  {
    title: 'Criteo with 39 fields',
    content: criteo(criteoFields().slice(1).join('\t')),
    ...criteoBad,
    message: /39 fields/,
  },
  {
    title: 'Criteo with a label of 7',
    content: criteo(criteoRow({ 0: '7' })),
    ...criteoBad,
    column: 'label',
    message: /label is 7/,
  },
  {
    title: 'an integer beyond int64',
    content: criteo(criteoRow({ 2: '9223372036854775808' })),
    ...criteoBad,
    column: 'I2',
    message: /64-bit/,
  },
  {
    title: 'a fraction as integer',
    content: criteo(criteoRow({ 13: '1.5' })),
    ...criteoBad,
    column: 'I13',
    message: /not an integer/,
  },
  {
    title: 'bad hex',
    content: criteo(criteoRow({ 14: '68fg1e64' })),
    ...criteoBad,
    column: 'C1',
    message: /not a hex number/,
  },
  {
    title: 'hex of 17 digits',
    content: criteo(criteoRow({ 39: '0123456789abcdef0' })),
    ...criteoBad,
    column: 'C26',
    message: /16 hex digits/,
  },
]

/** Files that are refused as a whole. */
const badFiles: MalformedFile[] = [
  { title: 'an empty file', content: '', code: 'InvalidArgument', message: /is empty/ },
  {
    title: 'a gzip file of nothing',
    content: gzipSync(''),
    name: 'a.csv.gz',
    code: 'InvalidArgument',
    message: /is empty/,
  },
  { title: 'blank lines only', content: '\n\n\n', code: 'InvalidArgument', message: /blank/ },
  {
    title: 'a header and no rows',
    content: `${HEADER}\n`,
    code: 'InvalidArgument',
    message: /no (data )?rows/,
  },
  { title: 'one column', content: 'label\n1\n0\n', code: 'InvalidArgument', row: 1, message: /one column/ },
  {
    title: 'a first line of 10 MB',
    content: 'x'.repeat(10_000_000),
    code: 'InvalidArgument',
    row: 1,
    message: /1\.05 MB/,
  },
  {
    title: 'a header that is not UTF-8',
    content: binary('label,dense_\xff\n1,2\n'),
    code: 'InvalidArgument',
    row: 1,
    message: /UTF-8/,
  },
  {
    title: 'a quote in the header that is never closed',
    content: 'label,"dense_a\n1,2\n0,3\n',
    code: 'InvalidArgument',
    row: 1,
    message: /quote in the header/,
  },
  {
    title: 'columns of which none looks like a label',
    content: 'user,age\nu1,30\nu2,41\n',
    code: 'InvalidArgument',
    message: /looks like a label/,
  },
  {
    title: 'no column named like the schema’s label',
    content: table(...GOOD),
    schema: { columns: [{ name: 'clicked', role: 'label' }] },
    code: 'InvalidArgument',
    column: 'clicked',
    message: /clicked/,
  },
  {
    title: 'a gzip file that is cut off in the first megabyte',
    content: gzipSync(table(...GOOD)).subarray(0, 40),
    name: 'a.csv.gz',
    code: 'Corrupt',
    message: /truncated/,
  },
  {
    title: 'a gzip file with a damaged middle',
    content: damaged(gzipSync(table(...GOOD))),
    name: 'a.csv.gz',
    code: 'Corrupt',
    message: /damaged/,
  },
  {
    title: 'text named .gz',
    content: table(...GOOD),
    name: 'a.csv.gz',
    code: 'Corrupt',
    message: /not a gzip file/,
  },
  {
    title: 'Parquet that contradicts itself',
    content: 'PAR1\x15\x04PAR1',
    name: 'a.parquet',
    code: 'Corrupt',
    message: /Parquet data cannot be read/,
  },
  {
    title: 'the beginning of an Arrow file',
    content: 'ARROW1\0\0\xff',
    name: 'a.arrow',
    code: 'Corrupt',
    message: /Arrow data cannot be read/,
  },
  {
    title: 'a damaged zip archive',
    content: 'PK\x03\x04\x14\0',
    code: 'Corrupt',
    message: /zip archive is damaged/,
  },
  {
    title: 'JSON of one field',
    content: '[{"label": 1}]',
    name: 'a.json',
    code: 'InvalidArgument',
    message: /only the column label/,
  },
  {
    title: 'JSON that is no list of objects',
    content: '{"label": [1, 0]',
    name: 'a.json',
    code: 'InvalidArgument',
    message: /row 1: this is no valid JSON/,
  },
  {
    title: 'UTF-32',
    content: Buffer.from([0xff, 0xfe, 0, 0, 0x6c, 0, 0, 0]),
    code: 'Unsupported',
    message: /UTF-32/,
  },
  ...[false, true].map((isBigEndian): MalformedFile => ({
    title: `UTF-32 without a byte order mark, ${isBigEndian ? 'big' : 'little'}-endian`,
    content: utf32(table(...GOOD), isBigEndian),
    code: 'Unsupported',
    message: /UTF-32 text. Save it as UTF-8/,
  })),
  {
    title: 'the first version of Feather',
    content: 'FEA1\0\0\0\0',
    code: 'InvalidArgument',
    message: /Feather's first version/,
  },
  {
    title: 'a label of five values',
    content: table('5,30,Rome', '3,41,Oslo', '4,25,Lima'),
    code: 'TooManyRejectedRows',
    row: 2,
    column: 'label',
    message: /set the smallest positive number \(positiveFrom\)/,
  },
  {
    title: 'a label of two words that say nothing',
    content: table('good,30,Rome', 'bad,41,Oslo', 'bad,25,Lima'),
    code: 'TooManyRejectedRows',
    row: 2,
    column: 'label',
    message: /the two values that it has \(positive and negative\)/,
  },
  {
    title: 'a value that means 0 without one that means 1',
    content: table(...GOOD),
    schema: {
      columns: [
        { name: 'label', role: 'label', negative: 'x' },
        { name: 'dense_age', role: 'dense' },
      ],
    },
    code: 'InvalidArgument',
    column: 'label',
    message: /either positiveFrom alone, or positive/,
  },
  { title: 'random bytes', content: randomBytes(), code: 'InvalidArgument', message: /./ },
]

function damaged(archive: Buffer): Buffer {
  return Buffer.concat([archive.subarray(0, 20), Buffer.alloc(10, 0xaa), archive.subarray(30)])
}

function utf32(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.alloc(text.length * 4)
  for (let at = 0; at < text.length; at++)
    bytes[isBigEndian ? 'writeUInt32BE' : 'writeUInt32LE'](text.charCodeAt(at), at * 4)
  return bytes
}

/** The same bytes every time. */
function randomBytes(): Buffer {
  let state = 1
  return Buffer.from(
    Array.from({ length: 4096 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 24
    }),
  )
}

export const malformedFiles = { badRows, badFiles }
