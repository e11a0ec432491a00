import type { FilePreview } from '../../contract/datasets.ts'
import { splitRecords, type Dialect, type Quoting, type TextRecord } from './records.ts'

const SAMPLE = 2000
/** So many records with quotes that pair up outweigh one in which they do not. */
const PAIRED_FOR_BROKEN = 4

export type QuotingGuess = Pick<FilePreview, 'quotes' | 'quoteSign'>

interface Tally extends QuotingGuess {
  /** Records with fields in quotes. */
  paired: number
  /** Records whose quotes do not pair up, or pair up only over whole rows in between. */
  broken: number
}

/**
 * Whether a file's fields are quoted, and with which sign. Quote signs that do not pair up are text, such as a title's; in
 * tab-separated files, which hardly ever quote, they are text unless there is a sign of quoting.
 */
export function detectQuoting(text: string, dialect: Omit<Dialect, 'quotes' | 'quoteSign'>): QuotingGuess {
  const plain = splitRecords(text, { ...dialect, quotes: 'none' }, SAMPLE)
  const tally = (quotes: Quoting, quoteSign: string) =>
    tallyOf(splitRecords(text, { ...dialect, quotes, quoteSign }, SAMPLE), quotes, quoteSign)
  if (!plain.some(({ fields }) => fields.some((field) => field.trimStart().startsWith('"')))) {
    return singleQuotes(plain, tally) ?? guess(dialect.delimiter === '\t' ? 'none' : 'doubled')
  }
  const doubled = tally('doubled', '"')
  if (doubled.broken === 0) return guess('doubled')
  const backslash = tally('backslash', '"')
  const best = backslash.broken < doubled.broken ? backslash : doubled
  if (best.broken === 0) return guess(best.quotes)
  const first = plain[0]?.fields ?? []
  if (first.every((field) => /^".*"$/.test(field))) return guess(best.quotes)
  const uneven = plain.filter(({ fields }) => fields.length !== first.length).length
  if (uneven > best.broken) return guess(best.quotes)
  if (dialect.delimiter === '\t' && uneven === 0) return guess('none')
  return guess(best.paired >= best.broken * PAIRED_FOR_BROKEN ? best.quotes : 'none')
}

const guess = (quotes: Quoting, quoteSign = '"'): QuotingGuess => ({ quotes, quoteSign })

/** Apostrophes are quote signs if all of those at the beginnings of fields pair up, and so do several. */
function singleQuotes(
  plain: TextRecord[],
  tally: (quotes: Quoting, quoteSign: string) => Tally,
): QuotingGuess | null {
  const quoted = plain.flatMap(({ fields }) => fields.filter((field) => field.startsWith("'")))
  if (quoted.length < 2) return null
  const [doubled, backslash] = [tally('doubled', "'"), tally('backslash', "'")]
  const best = [doubled, backslash].find(({ broken, paired }) => broken === 0 && paired > 1)
  return best ? guess(best.quotes, "'") : null
}

function tallyOf(records: TextRecord[], quotes: Quoting, quoteSign: string): Tally {
  const paired = records.filter(({ malformed, quoted }) => quoted > 0 && !malformed).length
  const broken = records.filter(({ malformed }) => malformed).length
  return { quotes, quoteSign, paired, broken }
}
