import type { ImportRequest } from '../../contract/datasets.ts'
import type { Head } from './head.ts'
import { splitRecords } from './records.ts'

const CANDIDATES = [',', '\t', ';', '|']
const SAMPLE = 50

/** The delimiter that splits most of the first rows into the same number of fields, and into most of them. */
export function detectDelimiter(head: Head, format: ImportRequest['format']): string {
  if (format === 'tsv') return '\t'
  const candidates = format === 'csv' ? CANDIDATES.filter((candidate) => candidate !== '\t') : CANDIDATES
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of candidates) {
    const counts = splitRecords(head.text, delimiter, true, SAMPLE).map((record) => record.fields.length)
    const width = counts[0] ?? 0
    if (width < 2) continue
    const agreeing = counts.filter((count) => count === width).length / counts.length
    // Agreement counts most: a text column with commas must not outweigh a clean tab-separated table.
    const score = agreeing * agreeing * Math.log(1 + width)
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}
