import { splitRecords, type Dialect, type Quoting } from './records.ts'

const SAMPLE = 2000
/** So many records with quotes that pair up outweigh one in which they do not. */
const PAIRED_FOR_BROKEN = 4

interface Tally {
  quoting: Quoting
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
  const tally = (quotes: Quoting) => tallyOf(text, { delimiter, comment, quotes })
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

function tallyOf(text: string, dialect: Dialect): Tally {
  const records = splitRecords(text, dialect, SAMPLE)
  const paired = records.filter(({ malformed, quoted }) => quoted > 0 && !malformed).length
  const broken = records.filter(({ malformed }) => malformed).length
  return { quoting: dialect.quotes, paired, broken }
}
