import type { ImportRequest } from '../../contract/datasets.ts'
import { splitRecords } from './records.ts'

const CANDIDATES = [',', '\t', ';', '|']
const SAMPLE = 50

/** The delimiter that splits most of the first rows into the same number of fields, and into most of them. */
export function detectDelimiter(text: string, format: ImportRequest['format']): string {
  if (format === 'tsv') return '\t'
  const candidates = format === 'csv' ? CANDIDATES.filter((candidate) => candidate !== '\t') : CANDIDATES
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of candidates) {
    // If stray quote signs are taken for quoting, they may swallow rows.
    const score = Math.max(
      scoreOf(text, delimiter, 'doubled'),
      text.includes('"') ? scoreOf(text, delimiter, 'none') : 0,
    )
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}

function scoreOf(text: string, delimiter: string, quotes: 'doubled' | 'none'): number {
  const counts = splitRecords(text, { delimiter, quotes }, SAMPLE).map((record) => record.fields.length)
  // The first line may differ from the rest, as a title does.
  const width = mostFrequent(counts)
  if (width < 2) return 0
  const agreeing = counts.filter((count) => count === width).length / counts.length
  // Agreement counts most, because a text column with commas must not outweigh a clean tab-separated table.
  return agreeing * agreeing * Math.log(1 + width)
}

function mostFrequent(counts: number[]): number {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  let best = counts[0] ?? 0
  for (const [count, found] of times) if (found > (times.get(best) ?? 0)) best = count
  return best
}
