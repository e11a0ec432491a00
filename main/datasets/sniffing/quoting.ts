import { isAnyNumber } from './number-text.ts'
import { splitRecords, type Dialect, type Quoting, type TextRecord } from './records.ts'

const SAMPLE = 2000
/** So many records with quotes that pair up outweigh one in which they do not. */
const PAIRED_FOR_BROKEN = 4
const NUMERIC = 0.95

interface Tally {
  quoting: Quoting
  records: TextRecord[]
  /** Records with fields in quotes. */
  paired: number
  /** Records whose quotes do not pair up, or pair up only over whole rows in between. */
  broken: number
}

/**
 * Whether a file's fields are quoted. Quote signs that do not pair up are text, such as a title's; in tab-separated
 * files, which hardly ever quote, they are text unless there is a sign of quoting.
 */
export function detectQuoting(text: string, { delimiter, comment = '' }: Omit<Dialect, 'quotes'>): Quoting {
  const plain = splitRecords(text, { delimiter, comment, quotes: 'none' }, SAMPLE)
  if (!plain.some(({ fields }) => fields.some((field) => field.startsWith('"')))) {
    return delimiter === '\t' ? 'none' : 'doubled'
  }
  const numeric = numericColumns(plain)
  const tally = (quotes: Quoting) => tallyOf(text, { delimiter, comment, quotes }, numeric)
  const doubled = tally('doubled')
  if (doubled.broken === 0) return 'doubled'
  const backslash = tally('backslash')
  const best = backslash.broken < doubled.broken ? backslash : doubled
  if (best.broken === 0) return best.quoting
  const first = plain[0]?.fields ?? []
  if (first.every((field) => /^".*"$/.test(field))) return best.quoting
  const uneven = plain.filter(({ fields }) => fields.length !== first.length).length
  if (uneven > best.broken) return best.quoting
  if (delimiter === '\t' && uneven === 0) return 'none'
  return best.paired >= best.broken * PAIRED_FOR_BROKEN ? best.quoting : 'none'
}

function tallyOf(text: string, dialect: Dialect, numeric: boolean[]): Tally {
  const records = splitRecords(text, dialect, SAMPLE)
  const isBroken = (record: TextRecord) => record.malformed || swallowsRows(record, dialect, numeric)
  const broken = records.filter(isBroken).length
  const paired = records.filter((record) => record.quoted > 0 && !isBroken(record)).length
  return { quoting: dialect.quotes, records, paired, broken }
}

/** Whether the lines of a record are like records themselves: as many fields, and numbers where there are numbers. */
function swallowsRows({ lines, fields }: TextRecord, { delimiter }: Dialect, numeric: boolean[]): boolean {
  if (lines.length < 2) return false
  const rows = lines.filter((line) => {
    const cells = line.split(delimiter)
    const fits = (cell: string, at: number) => !numeric[at] || cell === '' || isNumber(cell)
    return cells.length === fields.length && cells.every(fits)
  })
  return rows.length * 4 >= lines.length * 3
}

function numericColumns(plain: TextRecord[]): boolean[] {
  const width = plain[0]?.fields.length ?? 0
  return Array.from({ length: width }, (_, at) => {
    const values = plain.map(({ fields }) => fields[at] ?? '').filter((value) => value !== '')
    return values.length > 0 && values.filter(isNumber).length >= values.length * NUMERIC
  })
}

const isNumber = (text: string) => isAnyNumber(text.replaceAll('"', ''))
