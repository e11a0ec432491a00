/** Files whose lines, separators, quotes, encodings or first bytes are odd. */
import { gzipSync } from 'node:zlib'
import { binary, utf16, HEADER, GOOD, goodRows, quoted, two, columns, type OddFile } from './odd-file.ts'

const lines: OddFile[] = [
  { title: 'line feeds', content: `${HEADER}\n1,2,x\n0,3,y\n`, rows: two },
  { title: 'CR LF', content: `${HEADER}\r\n1,2,x\r\n0,3,y\r\n`, rows: two },
  { title: 'CR alone', content: `${HEADER}\r1,2,x\r0,3,y\r`, rows: two },
  { title: 'CR alone without a last one', content: `${HEADER}\r1,2,x\r0,3,y`, rows: two },
  { title: 'mixed line ends', content: `${HEADER}\r\n1,2,x\r0,3,y\n`, rows: two },
  { title: 'doubled carriage returns', content: `${HEADER}\r\r\n1,2,x\r\r\n0,3,y\r\r\n`, rows: two },
  { title: 'CR in a gzip file', content: gzipSync(`${HEADER}\r1,2,x\r0,3,y\r`), name: 'a.csv.gz', rows: two },
  ...['a.csv', 'a.gz.csv', 'a.tgz', '.gz'].map((name): OddFile => ({
    title: `a gzip file called ${name}`,
    content: gzipSync(`${HEADER}\n1,2,x\n0,3,y\n`),
    name,
    rows: two,
  })),
  { title: 'the sign with which DOS ended files', content: `${HEADER}\n1,2,x\n0,3,y\n\x1a`, rows: two },
  { title: 'blank lines everywhere', content: `\n\n${HEADER}\n\n1,2,x\n  \n\t\n0,3,y\n\n\n`, rows: two },
  {
    title: 'a row of nothing but tabs',
    content: 'label\tdense_a\tsparse_b\n1\t2\tx\n\t\t\n0\t3\ty\n',
    rows: two,
    rejected: [[3, 'label', /label is empty/]],
  },
  { title: 'a byte order mark', content: `\uFEFF${HEADER}\n1,2,x\n0,3,y\n`, rows: two },
  { title: 'a byte order mark before a quote', content: '\uFEFF"label","dense_a"\n1,2\n', rows: [[1, 2]] },
]

const separators: OddFile[] = [
  ...[';', '|', '\t'].map((sign): OddFile => ({
    title: `the separator ${JSON.stringify(sign)}`,
    content: `${HEADER}\n1,2,x\n0,3,y\n`.replaceAll(',', sign),
    rows: two,
  })),
  { title: 'a header that ends in a separator', content: `${HEADER},\n1,2,x\n0,3,y\n`, rows: two },
  { title: 'rows that end in a separator', content: `${HEADER}\n1,2,x,\n0,3,y,\n`, rows: two },
  { title: 'header and rows that end in a separator', content: `${HEADER},\n1,2,x,\n0,3,y,\n`, rows: two },
  { title: 'a header that ends in several separators', content: `${HEADER}, ,\n1,2,x\n0,3,y\n`, rows: two },
  { title: 'rows that end in several separators', content: `${HEADER}\n1,2,x,,\n0,3,y,,\n`, rows: two },
  {
    title: 'lines that end in a separator and a space',
    content: `${HEADER}, \n1,2,x, \n0,3,y, \n`,
    rows: two,
  },
  {
    title: 'a column without a name beside one called like its number',
    content: 'label,,column_2,sparse_b\n1,9,5,x\n0,3,7,y\n',
    rows: [
      [1, 9, 5, 'x'],
      [0, 3, 7, 'y'],
    ],
  },
  {
    title: 'numbers for names',
    content: ',0,1,2,3\n0,1,2,x,5\n1,0,3,y,9\n',
    rows: [
      [1, 2, 5, 'x'],
      [0, 3, 9, 'y'],
    ],
  },
  {
    title: 'years for all names but the label',
    content: 'label,2023,2024\n1,2,x\n0,3,y\n',
    rows: two,
  },
  {
    title: 'row numbers without a name',
    content: `,${HEADER}\n0,1,2,x\n1,0,3,y\n`,
    rows: two,
    note: /Column column_1 is left out: it has no name and numbers the rows/,
  },
  {
    title: 'comments before the header and between rows',
    content: `# made by a tool, "so\n# to say\n${HEADER}\n1,2,x\n# more\n0,3,y\n`,
    rows: two,
    note: /begin with # are comments/,
  },
  { title: 'a header behind a hash sign', content: `#${HEADER}\n1,2,x\n0,3,y\n`, rows: two },
  {
    title: 'rows of other lengths',
    content: [HEADER, ...GOOD, '1,2', '1,2,x,y', ''].join('\n'),
    rows: goodRows,
    rejected: [
      [42, null, /2 fields; 3 are expected/],
      [43, null, /4 fields/],
    ],
  },
]

const quotes: OddFile[] = [
  {
    title: 'quoted separators, quotes and line breaks',
    content: `${HEADER}\n1,2,"a, ""b""\nc"\n0,3,y\n`,
    rows: [
      [1, 2, 'a, "b"\nc'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'a quote inside a field',
    content: `${HEADER}\n1,2,5" disk\n0,3,y\n`,
    rows: [
      [1, 2, '5" disk'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'quotes escaped with a backslash',
    content: `${HEADER}\n1,2,"say \\"hi\\", you"\n0,3,"y"\n`,
    rows: [
      [1, 2, 'say "hi", you'],
      [0, 3, 'y'],
    ],
    note: /backslash/,
  },
  {
    title: 'stray quotes in tab-separated text',
    content: [HEADER, ...GOOD.slice(0, 20), '1,7,"River', ...GOOD.slice(20), '0,8,says hi"', '']
      .join('\n')
      .replaceAll(',', '\t'),
    rows: [...goodRows.slice(0, 20), [1, 7, '"River'], ...goodRows.slice(20), [0, 8, 'says hi"']],
    note: /do not pair up/,
  },
  {
    title: 'a stray quote that closes in the next row',
    content: [HEADER, ...GOOD, '1,7,"River', '0,8,says hi"', ''].join('\n'),
    rows: [...goodRows, [1, 7, '"River'], [0, 8, 'says hi"']],
    note: /do not pair up/,
  },
  {
    title: 'a stray quote among fields that are quoted',
    content: [HEADER, ...quoted, '1,7,"River', '0,8,says hi"', ''].join('\n'),
    rows: [...goodRows, [0, 8, 'says hi"']],
    rejected: [[42, 'sparse_b', /the quotation mark that opens here is closed only 1 line further down/]],
  },
  {
    title: 'quotes that are said to be text',
    content: `${HEADER}\n1,2,"x"\n0,3,y\n`,
    reading: { quotes: 'none' },
    rows: [
      [1, 2, '"x"'],
      [0, 3, 'y'],
    ],
  },
]

const encodings: OddFile[] = [
  {
    title: 'Latin-1',
    content: binary(`${HEADER}\n1,2,K\xf6ln\n0,3,Malm\xf6\n`),
    rows: [
      [1, 2, 'Köln'],
      [0, 3, 'Malmö'],
    ],
    note: /Row 2 is not UTF-8, so the file is read as Latin-1/,
  },
  {
    title: 'Windows-1252',
    content: binary(`${HEADER}\n1,2,\x93caf\xe9\x94\n0,3,\x80 5\n`),
    rows: [
      [1, 2, '“café”'],
      [0, 3, '€ 5'],
    ],
  },
  {
    title: 'Latin-1 if the bytes do not show it, once the import says so',
    content: binary(`${HEADER}\n1,2,\xff\n0,3,y\n`),
    reading: { encoding: 'latin1' },
    rows: [
      [1, 2, 'ÿ'],
      [0, 3, 'y'],
    ],
  },
  ...[false, true].map((isBigEndian): OddFile => ({
    title: `UTF-16 with a byte order mark, ${isBigEndian ? 'big' : 'little'}-endian`,
    content: utf16(`${HEADER}\r\n1,2,Köln\r\n0,3,😀\r\n`, isBigEndian),
    rows: [
      [1, 2, 'Köln'],
      [0, 3, '😀'],
    ],
  })),
  ...[false, true].map((isBigEndian): OddFile => ({
    title: `${isBigEndian ? 'big' : 'little'}-endian UTF-16 without a byte order mark, once the import says so`,
    content: utf16(`${HEADER}\n1,2,x\n0,3,y\n`, isBigEndian).subarray(2),
    reading: { encoding: 'utf-16' },
    rows: two,
  })),
  ...['sep=;', 'SEP=;', '"sep=;"', 'sep=; '].map((line): OddFile => ({
    title: `the first line ${line}`,
    content: `${line}\r\n${HEADER}\r\n1,2,x\r\n0,3,y\r\n`.replaceAll(',', ';'),
    rows: two,
  })),
  {
    title: 'a first line that says what separates the fields, as Excel writes it',
    content: ['\uFEFFsep=;', ...[HEADER, ...GOOD, '1,2'].map((line) => line.replaceAll(',', ';')), ''].join(
      '\r\n',
    ),
    rows: goodRows,
    rejected: [[43, null, /2 fields/]],
  },
  {
    title: 'UTF-8 with one damaged row',
    content: Buffer.concat([
      Buffer.from([HEADER, ...GOOD, '1,7,Köln', ''].join('\n')),
      binary('0,8,\xe9\xff\n'),
    ]),
    rows: [...goodRows, [1, 7, 'Köln']],
    rejected: [[43, 'sparse_b', /not valid UTF-8.*another encoding/]],
    note: /such rows are rejected/,
  },
]

const beginnings: OddFile[] = [
  ...['FEA1', 'PAR1', 'ORC', 'ARROW1', 'BZh', '[id]', '{id}', '["id"', 'MZ', 'PK'].map((name): OddFile => ({
    title: `a header that begins with ${name}`,
    content: `${name},label\n2,1\n3,0\n`,
    schema: columns(['dense', name.replaceAll('"', '')], ['label', 'label']),
    ...(name.includes('"') ? { schema: columns(['dense', name], ['label', 'label']) } : {}),
    rows: [
      [1, 2],
      [0, 3],
    ],
  })),
  {
    title: 'a header that is JSON, where the format is named',
    content: '["id","label"]\n2,1\n3,0\n',
    format: 'csv',
    reading: { header: true, quotes: 'none' },
    schema: columns(['dense', '["id"'], ['label', '"label"]']),
    rows: [
      [1, 2],
      [0, 3],
    ],
  },
  {
    title: 'a name in .parquet',
    name: 'a.parquet',
    content: `${HEADER}\n1,2,x\n0,3,y\n`,
    rows: two,
  },
  { title: 'ten rows', content: `${HEADER}\n${GOOD.slice(0, 10).join('\n')}\n`, rows: goodRows.slice(0, 10) },
]

export const oddText = { lines, separators, quotes, encodings, beginnings }
