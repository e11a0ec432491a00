/** Files whose numbers, missing values or labels are odd. */
import { HEADER, GOOD, goodRows, two, type OddFile } from './odd-file.ts'

const numbers: OddFile[] = [
  {
    title: 'decimal commas',
    content: 'label;dense_a;sparse_b\n1;2,5;x\n0;-3;y\n',
    rows: [
      [1, 2.5, 'x'],
      [0, -3, 'y'],
    ],
    note: /decimal comma/,
  },
  {
    title: 'decimal commas with exponents',
    content: 'label;dense_a;sparse_b\n1;2,5e+02;x\n0;,5;y\n',
    rows: [
      [1, 250, 'x'],
      [0, 0.5, 'y'],
    ],
    note: /decimal comma/,
  },
  {
    title: 'hexadecimal numbers and codes with zeros in front, which are names',
    content: 'label,a,b\n1,0x1f,007\n0,0x20,010\n',
    rows: [
      [1, '0x1f', '007'],
      [0, '0x20', '010'],
    ],
  },
  {
    title: 'whole numbers of which some are beyond what a float holds',
    content: 'label,a,dense_b\n1,9007199254740993,2\n0,12,3\n',
    rows: [
      [1, 2, '9007199254740993'],
      [0, 3, '12'],
    ],
  },
  {
    title: 'decimal commas in quotes',
    content: `${HEADER}\n1,"2,5",x\n0,"0,25",y\n`,
    rows: [
      [1, 2.5, 'x'],
      [0, 0.25, 'y'],
    ],
    note: /decimal comma/,
  },
  {
    title: 'decimal commas that could be thousands, where the import says so',
    content: 'label;dense_a;sparse_b\n1;2,500;x\n0;3,125;y\n',
    reading: { decimal: ',' },
    rows: [
      [1, 2.5, 'x'],
      [0, 3.125, 'y'],
    ],
  },
  {
    title: 'thousands',
    content: [HEADER, ...GOOD, '1,"1,234,567",x', ''].join('\n'),
    rows: [...goodRows, [1, 1_234_567, 'x']],
    note: /Thousands are separated by commas/,
  },
  {
    title: 'numbers beyond 32-bit floats',
    content: [HEADER, ...GOOD, '1,1e300,x', '1,1e400,x', '0,-3e38,x', ''].join('\n'),
    rows: [...goodRows, [0, -3e38, 'x']],
    rejected: [
      [42, 'dense_a', /beyond the range of 32-bit floats/],
      [43, 'dense_a', /not a finite number/],
    ],
  },
]

const markers = [
  '',
  'NaN',
  'nan',
  'NA',
  'N/A',
  '#N/A',
  'NULL',
  'null',
  'None',
  '\\N',
  '-',
  '?',
  ' NA ',
  '--',
  '.',
  'NIL',
  '-nan',
  '<null>',
  '1.#IND',
]
const missing: OddFile[] = [
  ...markers.map((marker): OddFile => ({
    title: `${JSON.stringify(marker)} as a missing value`,
    content: `${HEADER}\n1,2,x\n1,${marker},${marker}\n0,4,y\n`,
    rows: [
      [1, 2, 'x'],
      [1, 3, null],
      [0, 4, 'y'],
    ],
    ...(marker === '' ? {} : { note: /Read as missing values: dense_a: 1 × .*; sparse_b: 1 ×/ }),
  })),
  {
    title: 'NA as a category, and a marker of its own',
    content: `${HEADER}\n1,-999,NA\n1,2,NA\n0,4,y\n`,
    reading: { missingValues: ['-999'] },
    rows: [
      [1, 3, 'NA'],
      [1, 2, 'NA'],
      [0, 4, 'y'],
    ],
    note: /dense_a: 1 × -999\./,
  },
  {
    title: 'NA as a category of one column',
    content: `${HEADER}\n1,NA,NA\n1,2,NA\n0,4,y\n`,
    schema: {
      columns: [
        { name: 'label', role: 'label' },
        { name: 'dense_a', role: 'dense', transform: 'none' },
        { name: 'sparse_b', role: 'sparse', missingValues: [] },
      ],
    },
    rows: [
      [1, 3, 'NA'],
      [1, 2, 'NA'],
      [0, 4, 'y'],
    ],
  },
]

const labelled = (negative: string, positive: string): OddFile => ({
  title: `labels ${negative} and ${positive}`,
  content: `${HEADER}\n${positive},2,x\n${negative},3,y\n`,
  rows: two,
})
const labels: OddFile[] = [
  ...[
    ['False', 'TRUE'],
    ['-1', '1'],
    ['no', 'Yes'],
  ].map(([negative, positive]): OddFile => ({
    title: `no label but ${negative} in the rows that a guess is based on`,
    content: [
      HEADER,
      ...Array<string>(900).fill(`${negative},2,${'x'.repeat(1200)}`),
      `${positive},3,y`,
    ].join('\n'),
    rows: [...Array<OddFile['rows'][number]>(900).fill([0, 2, 'x'.repeat(1200)]), [1, 3, 'y']],
  })),
  ...[
    ['False', 'True'],
    ['false', 'TRUE'],
    ['no', 'yes'],
    ['N', 'Y'],
    ['f', 't'],
    ['-1', '1'],
    ['-1', '+1'],
    ['0.0', '1.0'],
    ['0', '1'],
    ['Negative', 'Positive'],
    ['non-click', 'click'],
    ['NoClick', 'Click'],
    ['not clicked', 'clicked'],
  ].map(([negative = '', positive = '']) => labelled(negative, positive)),
  {
    title: 'labels of two words that the schema names',
    content: `${HEADER}\ngood,2,x\nbad,3,y\n`,
    schema: {
      columns: [
        { name: 'label', role: 'label', positive: 'good', negative: 'bad' },
        { name: 'dense_a', role: 'dense' },
        { name: 'sparse_b', role: 'sparse' },
      ],
    },
    rows: two,
  },
]

export const oddValues = { numbers, missing, labels }
