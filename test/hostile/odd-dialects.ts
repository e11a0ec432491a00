/** Files in dialects of CSV: their separators, quote signs, rows of other lengths, and what stands around the table. */
import { HEADER, GOOD, goodRows, two, columns, type OddFile } from './odd-file.ts'

const CONTENT = `${HEADER}\n1,2,x\n0,3,y\n`
const MORE = `${HEADER}\n1,2,x\n0,3,y\n1,4,x\n0,5,y\n`
const four: OddFile['rows'] = [...two, [1, 4, 'x'], [0, 5, 'y']]

const separators: OddFile[] = [
  ...['::', '||', '\u0001', '\u001f', '~', '^', '¦', ';;', ' ', '   '].map((sign): OddFile => ({
    title: `the separator ${JSON.stringify(sign)}`,
    content: MORE.replaceAll(',', sign),
    rows: four,
    note: /Fields are separated by/,
  })),
  {
    title: 'runs of spaces of any length',
    content: 'label  dense_a   sparse_b\n  1    2       x\n  0   13       y\n',
    rows: [
      [1, 2, 'x'],
      [0, 13, 'y'],
    ],
    note: /separated by runs of spaces/,
  },
  {
    title: 'runs of spaces and tabs',
    content: 'label dense_a\t sparse_b\n1 \t2  x\n0\t\t3 y  \n',
    reading: { delimiter: 'spaces' },
    rows: two,
  },
  {
    title: 'MovieLens-1M’s ratings',
    content: '1::1193::5::978300760\n1::661::3::978302109\n2::1357::5::978298709\n',
    schema: {
      columns: [
        { name: 'user', role: 'sparse' },
        { name: 'movie', role: 'sparse' },
        { name: 'rating', role: 'label', positiveFrom: 4 },
        { name: 'time', role: 'ignore' },
      ],
    },
    rows: [
      [1, '1', '1193'],
      [0, '1', '661'],
      [1, '2', '1357'],
    ],
    note: /separated by ::/,
  },
  {
    title: 'colons in fields that are separated by ::',
    content: 'label::dense_a::sparse_b\n1::2::a:b\n0::3::c\n',
    rows: [
      [1, 2, 'a:b'],
      [0, 3, 'c'],
    ],
  },
  {
    title: 'empty fields between doubled separators',
    content: 'label||dense_a||sparse_b\n1||||x\n0||3||\n1||5||x\n',
    rows: [
      [1, 4, 'x'],
      [0, 3, null],
      [1, 5, 'x'],
    ],
  },
  {
    title: 'a separator that the import names',
    content: CONTENT.replaceAll(',', '§!'),
    reading: { delimiter: '§!' },
    rows: two,
  },
  {
    title: 'commas in text that is separated by semicolons',
    content: 'label;dense_a;sparse_b\n1;2;a, b\n0;3;c, d, e\n',
    rows: [
      [1, 2, 'a, b'],
      [0, 3, 'c, d, e'],
    ],
  },
  {
    title: 'a separator within quotes in every row',
    content: `${HEADER}\n1,2,"x, y"\n0,3,"z, w"\n`,
    rows: [
      [1, 2, 'x, y'],
      [0, 3, 'z, w'],
    ],
  },
]

const quotes: OddFile[] = [
  {
    title: 'fields in apostrophes',
    content: `${HEADER}\n1,2,'x, y'\n0,3,'z'\n`,
    rows: [
      [1, 2, 'x, y'],
      [0, 3, 'z'],
    ],
    note: /quoted with '/,
  },
  {
    title: 'doubled apostrophes in fields in apostrophes',
    content: `'label','dense_a','sparse_b'\n1,2,'it''s'\n0,3,'y'\n`,
    rows: [
      [1, 2, "it's"],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'apostrophes that are text',
    content: `${HEADER}\n1,2,'90s\n0,3,O'Brien\n`,
    rows: [
      [1, 2, "'90s"],
      [0, 3, "O'Brien"],
    ],
  },
  {
    title: 'a quote sign that the import names',
    content: `${HEADER}\n1,2,|x, y|\n0,3,|z|\n`,
    reading: { delimiter: ',', quotes: 'doubled', quoteSign: '|' },
    rows: [
      [1, 2, 'x, y'],
      [0, 3, 'z'],
    ],
  },
  {
    title: 'spaces around quoted fields',
    content: 'label, dense_a, sparse_b\n1, 2, "x, y"\n0, 3 ,"z" \n',
    rows: [
      [1, 2, 'x, y'],
      [0, 3, 'z'],
    ],
  },
  {
    title: 'a space before a quote sign that is text',
    content: `${HEADER}\n1,2, "x" and y\n0,3,z\n`,
    rows: [
      [1, 2, ' "x" and y'],
      [0, 3, 'z'],
    ],
  },
  {
    title: 'every field in quotes, numbers too',
    content: '"label","dense_a","sparse_b"\r\n"1","2","x"\r\n"0","3","y"\r\n',
    rows: two,
  },
  {
    title: 'empty fields in quotes',
    content: `${HEADER}\n1,"",""\n0,3,"y"\n1,5,x\n`,
    rows: [
      [1, 4, null],
      [0, 3, 'y'],
      [1, 5, 'x'],
    ],
  },
  {
    title: 'a quoted field that is only quotes',
    content: `${HEADER}\n1,2,""""\n0,3,""""""\n`,
    rows: [
      [1, 2, '"'],
      [0, 3, '""'],
    ],
  },
  {
    title: 'CR LF and CR within quotes',
    content: `${HEADER}\r\n1,2,"a\r\nb\rc"\r\n0,3,y\r\n`,
    rows: [
      [1, 2, 'a\r\nb\rc'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'blank lines within quotes',
    content: `${HEADER}\n1,2,"a\n\n\nb"\n0,3,y\n`,
    rows: [
      [1, 2, 'a\n\n\nb'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'a comment sign within quotes over several lines',
    content: `# a comment\n# another, one\n${HEADER}\n1,2,"a\n# b"\n0,3,y\n`,
    rows: [
      [1, 2, 'a\n# b'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'JSON in a quoted field',
    content: `${HEADER}\n1,2,"{""type"": ""Point"", ""at"": [102.0, 0.5]}"\n0,3,y\n`,
    rows: [
      [1, 2, '{"type": "Point", "at": [102.0, 0.5]}'],
      [0, 3, 'y'],
    ],
  },
  {
    title: 'backslashes at the ends of fields that double their quotes',
    content: `${HEADER}\n1,2,"C:\\dir\\"\n0,3,"a ""b"""\n`,
    rows: [
      [1, 2, 'C:\\dir\\'],
      [0, 3, 'a "b"'],
    ],
  },
  {
    title: 'quotes in a header with a separator and a line break',
    content: 'label,dense_a,"sparse_b,\nc"\n1,2,x\n0,3,y\n',
    rows: two,
  },
  {
    title: 'a quoted field at the end without a line end',
    content: `${HEADER}\n1,2,x\n0,3,"y"`,
    rows: two,
  },
  {
    title: 'text behind a closing quote',
    content: [HEADER, ...GOOD.map((line) => line.replace(/w\d$/, '"$&"')), '1,7,"a"b', ''].join('\n'),
    rows: goodRows,
    rejected: [[42, 'sparse_b', /text after the closing quotation mark/]],
  },
]

const around: OddFile[] = [
  {
    title: 'a title above the header',
    content: `Clicks of March 2026\n${MORE}`,
    rows: four,
    note: /The first line is skipped, .* row 2 names the columns/,
  },
  {
    title: 'a title, notes and a blank line above the header',
    content: `Clicks\nMade by: a tool\n\n${MORE}`,
    rows: four,
    note: /The first 3 lines are skipped/,
  },
  {
    title: 'a title that is padded with separators',
    content: `Clicks of March,,\n,,\n${MORE}`,
    rows: four,
    note: /The first 2 lines are skipped/,
  },
  {
    title: 'notes with separators of their own',
    content: 'Report;March 2026\nlabel;dense_a;sparse_b;sparse_c;sparse_d\n1;2;x;a;b\n0;3;y;c;d\n',
    rows: [
      [1, 2, 'x', 'a', 'b'],
      [0, 3, 'y', 'c', 'd'],
    ],
    note: /The first line is skipped/,
  },
  {
    title: 'lines above the table that the import says',
    content: `a,b,c\nd,e,f\n${CONTENT}`,
    reading: { skipLines: 2 },
    rows: two,
  },
  {
    title: 'lines above data without a header',
    content: 'exported by a tool\n1,2,x\n0,3,y\n1,4,x\n',
    schema: columns(['label', 'l'], ['dense', 'a'], ['sparse', 'b']),
    rows: [...two, [1, 4, 'x']],
    note: /The first line is skipped, .* row 2 is data/,
  },
  {
    title: 'a sum below the rows',
    content: [HEADER, ...GOOD, 'Total,780,', ''].join('\n'),
    rows: goodRows,
    rejected: [[42, 'label', /label is "Total"/]],
  },
  {
    title: 'a line of text below the rows',
    content: [HEADER, ...GOOD, '(40 rows)', ''].join('\n'),
    rows: goodRows,
    rejected: [[42, null, /1 field; 3 are expected/]],
  },
  {
    title: 'the header once more in the middle, as files that are joined have it',
    content: [HEADER, ...GOOD, HEADER, '1,7,w0', ''].join('\n'),
    rows: [...goodRows, [1, 7, 'w0']],
    rejected: [[42, 'label', /label is "label"/]],
  },
  ...['//', '--', '%'].map((sign): OddFile => ({
    title: `comments that begin with ${sign}`,
    content: `${sign} made by a tool\n${sign} on Monday\n${CONTENT}${sign} the end\n`,
    rows: two,
    note: new RegExp(`begin with ${sign} are comments`),
  })),
  {
    title: 'comments that begin with a sign that the import names',
    content: `; a\n${CONTENT}; b\n`,
    reading: { comment: ';' },
    rows: two,
  },
  {
    title: 'a hash sign in a field',
    content: `${HEADER}\n1,2,#x\n0,3,y#z\n`,
    rows: [
      [1, 2, '#x'],
      [0, 3, 'y#z'],
    ],
  },
  {
    title: 'two columns of one name',
    content: 'label,dense_a,dense_a\n1,2,3\n0,4,5\n',
    rows: [
      [1, 2, 3],
      [0, 4, 5],
    ],
    note: /Several columns are named dense_a; a further one is called dense_a_2/,
  },
  {
    title: 'three columns of one name beside one called like the second',
    content: 'label,sparse_b,sparse_b,sparse_b_2,sparse_b\n1,p,q,r,s\n0,t,u,v,w\n',
    rows: [
      [1, 'p', 'q', 'r', 's'],
      [0, 't', 'u', 'v', 'w'],
    ],
    note: /called sparse_b_3/,
  },
  {
    title: 'names with spaces around them',
    content: ' label , dense_a , sparse_b \n1,2,x\n0,3,y\n',
    rows: two,
  },
  {
    title: 'a header that leaves out the name of the first column, as R writes it',
    content: 'label,dense_a,sparse_b\n1,1,2,x\n2,0,3,y\n3,1,4,x\n',
    rows: [...two, [1, 4, 'x']],
    note: /Rows have one field more than row 1 has names/,
  },
  {
    title: 'no header',
    content: '1,2.5,x\n0,3.5,y\n1,4.5,x\n',
    schema: columns(['label', 'l'], ['dense', 'a'], ['sparse', 'b']),
    rows: [
      [1, 2.5, 'x'],
      [0, 3.5, 'y'],
      [1, 4.5, 'x'],
    ],
  },
  {
    title: 'one row',
    content: `${HEADER}\n1,2,x\n`,
    rows: [[1, 2, 'x']],
  },
  {
    title: 'names beyond ASCII',
    content: 'label,dense_größe,sparse_город\n1,2,x\n0,3,y\n',
    rows: two,
  },
]

const ragged: OddFile[] = [
  {
    title: 'short rows whose ends are missing, once the import says so',
    content: `${HEADER},sparse_c\n1,2,x,p\n0,3\n1,4,y\n`,
    reading: { shortRows: 'fill' },
    rows: [
      [1, 2, 'x', 'p'],
      [0, 3, null, null],
      [1, 4, 'y', null],
    ],
    note: /2 of the first 3 rows have fewer fields than 4.*read as missing values/,
  },
  {
    title: 'long rows that are cut, once the import says so',
    content: `${HEADER}\n1,2,x,p,q\n0,3,y\n`,
    reading: { longRows: 'cut' },
    rows: two,
    note: /1 of the first 2 rows has more fields than 3.*are dropped/,
  },
  {
    title: 'short and long rows, which are rejected',
    content: [HEADER, ...GOOD, '1', '1,2,x,y,z', ''].join('\n'),
    rows: goodRows,
    rejected: [
      [42, null, /1 field; 3 are expected/],
      [43, null, /5 fields/],
    ],
    note: /such rows are rejected/,
  },
  {
    title: 'a short row in quotes',
    content: `${HEADER}\n1,2,x\n0,"3"\n`,
    reading: { shortRows: 'fill' },
    rows: [
      [1, 2, 'x'],
      [0, 3, null],
    ],
  },
]

export const oddDialects = { separators, quotes, around, ragged }
