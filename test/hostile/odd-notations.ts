/** Files in encodings other than UTF-8, and with numbers in other formats than 1234.5. */
import { binary, HEADER, GOOD, goodRows, type OddFile } from './odd-file.ts'

const encoded = (name: string, bytes: string, words: [string, string]): OddFile => ({
  title: name,
  content: binary(bytes),
  rows: [
    [1, 2, words[0]],
    [0, 3, words[1]],
  ],
  note: /is not UTF-8, so the file is read as/,
})

/** Rows with words in an encoding, as bytes. */
const rowsOf = (first: string, second: string) => `${HEADER}\n1,2,${first}\n0,3,${second}\n`

const encodings: OddFile[] = [
  encoded('Shift-JIS', rowsOf('\x93\x8c\x8b\x9e\x93s', '\x91\xe5\x8d\xe3\x8e\x73'), ['東京都', '大阪市']),
  encoded('EUC-JP', rowsOf('\xc5\xec\xb5\xfe\xc5\xd4', '\xc2\xe7\xba\xe5\xbb\xd4'), ['東京都', '大阪市']),
  encoded('GB18030', rowsOf('\xb1\xb1\xbe\xa9\xca\xd0', '\xc9\xcf\xba\xa3\xca\xd0'), ['北京市', '上海市']),
  encoded('Big5', rowsOf('\xbb\x4f\xa5\x5f\xa5\xab', '\xb0\xaa\xb6\xaf\xa5\xab'), ['臺北市', '高雄市']),
  encoded('EUC-KR', rowsOf('\xbc\xad\xbf\xef', '\xba\xce\xbb\xea'), ['서울', '부산']),
  encoded('Windows-1251', rowsOf('\xcc\xee\xf1\xea\xe2\xe0', '\xca\xe0\xe7\xe0\xed\xfc'), [
    'Москва',
    'Казань',
  ]),
  encoded('KOI8-R', rowsOf('\xed\xcf\xd3\xcb\xd7\xc1', '\xeb\xc1\xda\xc1\xce\xd8'), ['Москва', 'Казань']),
  encoded('DOS 866', rowsOf('\x8c\xae\xe1\xaa\xa2\xa0', '\x8a\xa0\xa7\xa0\xad\xec'), ['Москва', 'Казань']),
  encoded('Windows-1253', rowsOf('\xc1\xe8\xde\xed\xe1', '\xd0\xdc\xf4\xf1\xe1'), ['Αθήνα', 'Πάτρα']),
  {
    title: 'an encoding that the import names',
    content: binary(rowsOf('\xa3\xf3d\xbc', 'x')),
    reading: { encoding: 'iso-8859-2' },
    rows: [
      [1, 2, 'Łódź'],
      [0, 3, 'x'],
    ],
  },
  {
    title: 'a separator’s byte within a character of Shift-JIS',
    content: binary('label|dense_a|sparse_b\n1|2|\x83|\x83e\x83g\n0|3|\x93\x8c\x8b\x9e\n'),
    reading: { encoding: 'shift-jis' },
    rows: [
      [1, 2, 'ポテト'],
      [0, 3, '東京'],
    ],
  },
  {
    title: 'bytes that are no character of the file’s encoding',
    content: Buffer.concat([
      Buffer.from([HEADER, ...GOOD, ''].join('\n')),
      binary('1,7,\x93\x8c\x8b\x9e\n0,8,\x81\n'),
    ]),
    reading: { encoding: 'shift-jis' },
    rows: [...goodRows, [1, 7, '東京']],
    rejected: [[43, 'sparse_b', /no character in Shift_JIS/]],
    note: /Row 43 is not Japanese \(Shift-JIS\); such rows are rejected/,
  },
  ...[false, true].map((isBigEndian): OddFile => {
    const bytes = Buffer.from(`${HEADER}\n1,2,Köln\n0,3,€\n`, 'utf16le')
    return {
      title: `UTF-16 without a byte order mark, ${isBigEndian ? 'big' : 'little'}-endian`,
      content: isBigEndian ? bytes.swap16() : bytes,
      rows: [
        [1, 2, 'Köln'],
        [0, 3, '€'],
      ],
      note: /read as UTF-16/,
    }
  }),
  {
    title: 'characters beyond the basic plane, combining ones and text from right to left',
    content: `${HEADER}\n1,2,😀👨‍👩‍👧\n0,3,e\u0301 שלום\n`,
    rows: [
      [1, 2, '😀👨‍👩‍👧'],
      [0, 3, 'e\u0301 שלום'],
    ],
  },
  {
    title: 'U+FFFD that is in the file itself',
    content: `${HEADER}\n1,2,\uFFFD\n0,3,y\n`,
    rows: [
      [1, 2, '\uFFFD'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'a NUL byte in one row',
    content: [HEADER, ...GOOD, '1,7,a\0b', ''].join('\n'),
    rows: goodRows,
    rejected: [[42, 'sparse_b', /NUL byte/]],
  },
]

const styled = (title: string, values: [string, string], separator = ';'): OddFile => ({
  title: `numbers such as ${title}`,
  content: [
    ['label', 'dense_a', 'sparse_b'],
    ['1', values[0], 'x'],
    ['0', values[1], 'y'],
  ]
    .map((fields) => `${fields.join(separator)}\n`)
    .join(''),
  rows: [
    [1, 1234.5, 'x'],
    [0, -2_500_000.25, 'y'],
  ],
  note: /Thousands are separated by/,
})

const numbers: OddFile[] = [
  styled('1,234.5', ['1,234.5', '-2,500,000.25']),
  styled('1.234,5', ['1.234,5', '-2.500.000,25']),
  styled('1 234,5', ['1 234,5', '-2 500 000,25']),
  styled('1 234.5', ['1 234.5', '-2 500 000.25']),
  styled('1 234,5 with no-break spaces', ['1\u00a0234,5', '-2\u00a0500\u00a0000,25']),
  styled('1 234,5 with narrow spaces', ['1\u202f234,5', '-2\u202f500\u202f000,25']),
  styled("1'234.5", ["1'234.5", "-2'500'000.25"]),
  styled('1’234.5', ['1’234.5', '-2’500’000.25']),
  styled('12,34,567 in India’s groups', ['1,234.5', '-25,00,000.25']),
  styled('"1,234.5" in quotes', ['"1,234.5"', '"-2,500,000.25"'], ','),
  {
    title: 'thousands without a fraction beside numbers with one',
    content: 'label;dense_a;dense_b\n1;1,234;0.5\n0;850;1.25\n',
    rows: [
      [1, 1234, 0.5],
      [0, 850, 1.25],
    ],
  },
  {
    title: 'thousands without a fraction beside shorter whole numbers',
    content: 'label;dense_a;sparse_b\n1;1,234;x\n0;850;y\n1;12,500;x\n0;7;y\n',
    rows: [
      [1, 1234, 'x'],
      [0, 850, 'y'],
      [1, 12_500, 'x'],
      [0, 7, 'y'],
    ],
    note: /Thousands are separated by commas/,
  },
  {
    title: 'points between thousands beside decimal commas',
    content: 'label;dense_a;dense_b\n1;1.234;0,5\n0;2.500;1,25\n',
    rows: [
      [1, 1234, 0.5],
      [0, 2500, 1.25],
    ],
  },
  {
    title: 'three decimals, which are no thousands',
    content: 'label,dense_a,sparse_b\n1,1.234,x\n0,2.500,y\n',
    rows: [
      [1, 1.234, 'x'],
      [0, 2.5, 'y'],
    ],
  },
  {
    title: 'groups of digits that are wrong',
    content: [HEADER, ...GOOD, '1,"1,234,567.5",x', '0,"12,34",y', ''].join('\n'),
    reading: { thousands: ',' },
    rows: [...goodRows, [1, 1_234_567.5, 'x']],
    rejected: [[43, 'dense_a', /has to separate groups of three digits/]],
  },
  {
    title: 'lists of numbers with spaces, which are no thousands',
    content: 'label,dense_a,sparse_b\n1,2,101 205 333\n0,3,12 7\n',
    rows: [
      [1, 2, '101 205 333'],
      [0, 3, '12 7'],
    ],
  },
  {
    title: 'plus signs, points at either end, and exponents',
    content: `${HEADER}\n1,+2,x\n0,.5,y\n1,5.,x\n0,1E3,y\n`,
    rows: [
      [1, 2, 'x'],
      [0, 0.5, 'y'],
      [1, 5, 'x'],
      [0, 1000, 'y'],
    ],
  },
]

export const oddNotations = { encodings, numbers }
