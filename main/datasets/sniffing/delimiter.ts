import type { ImportRequest } from '../../contract/datasets.ts'
import { SPACES } from '../../contract/separators.ts'
import { splitRecords, type Dialect, type TextRecord } from './records.ts'

/** U+0001 and U+001F are what Hive and similar systems write. */
const CANDIDATES = [',', '\t', ';', '|', '\u0001', '\u001f', '::', '~', '^', '¦', '§']
const SAMPLE = 50
/** The share of rows with the same number of fields below which a candidate is given up for spaces. */
const LIKELY = 0.6
const NEARLY_ALL = 0.9

interface Score {
  delimiter: string
  score: number
  /** The share of records with the most frequent number of fields. */
  agreeing: number
}

/** The delimiter that splits most of the first rows into the same number of fields, and into most of them. */
export function detectDelimiter(text: string, format: ImportRequest['format']): string {
  if (format === 'tsv' || format === 'recbole') return '\t'
  const candidates = format === 'csv' ? CANDIDATES.filter((candidate) => candidate !== '\t') : CANDIDATES
  const best = bestOf(
    text,
    candidates.filter((candidate) => candidate === ',' || text.includes(candidate)),
  )
  if (best.score > 0 && best.agreeing >= LIKELY) return doubled(text, best.delimiter)
  return blanks(text, best.score) ?? best.delimiter
}

/** Words have spaces between them as well, so spaces separate fields only where nothing else does. */
function blanks(text: string, other: number): string | null {
  const [single, runs] = [bestOf(text, [' ']), bestOf(text, [SPACES])]
  const isTable = ({ score, agreeing }: Score) => score > other && agreeing >= NEARLY_ALL
  // Where single spaces make more fields, those between the spaces of a run are empty.
  if (isTable(runs) && (single.score !== runs.score || !isTable(single))) return SPACES
  return isTable(single) ? ' ' : null
}

function bestOf(text: string, delimiters: string[]): Score {
  let best: Score = { delimiter: ',', score: 0, agreeing: 0 }
  for (const delimiter of delimiters) {
    // If stray quote signs are taken for quoting, they may swallow rows.
    const dialects: Omit<Dialect, 'delimiter'>[] = [
      { quotes: 'doubled' },
      ...(text.includes('"') ? [{ quotes: 'none' as const }] : []),
      ...(text.includes("'") ? [{ quotes: 'doubled' as const, quoteSign: "'" }] : []),
    ]
    for (const dialect of dialects) {
      const score = scoreOf(text, { ...dialect, delimiter })
      if (score.score > best.score) best = score
    }
  }
  return best
}

function scoreOf(text: string, dialect: Dialect): Score {
  const { delimiter } = dialect
  const counts = splitRecords(text, dialect, SAMPLE).map((record) => record.fields.length)
  // The first line may differ from the rest, as a title does.
  const width = mostFrequent(counts)
  if (width < 2) return { delimiter, score: 0, agreeing: 0 }
  const agreeing = counts.filter((count) => count === width).length / counts.length
  // Agreement counts most, because a text column with commas must not outweigh a clean tab-separated table.
  return { delimiter, agreeing, score: agreeing * agreeing * Math.log(1 + width) }
}

/** The sign twice, such as ||, if every other field would be empty with one. */
function doubled(text: string, delimiter: string): string {
  const twice = delimiter + delimiter
  if (!text.includes(twice)) return delimiter
  const records = splitRecords(text, { delimiter, quotes: 'doubled' }, SAMPLE)
  const alternates = ({ fields }: TextRecord) =>
    fields.length > 2 && fields.length % 2 === 1 && fields.every((field, at) => at % 2 === 0 || field === '')
  return records.filter(alternates).length >= records.length * NEARLY_ALL ? twice : delimiter
}

export function mostFrequent(counts: number[]): number {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  let best = counts[0] ?? 0
  for (const [count, found] of times) if (found > (times.get(best) ?? 0)) best = count
  return best
}
