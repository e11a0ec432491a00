import { mostFrequent } from './delimiter.ts'
import type { TextRecord } from './records.ts'

/** A title and what else stands above a table is short. */
const MAX_RECORDS = 40
/** This share of the records below has the table's number of fields. */
const AGREEING = 0.8

/**
 * How many lines stand above a table, such as a title, notes and the date of a report: the lines before the first record that
 * has as many fields as most others, if they have at most half as many. 0 if the first record belongs to the table.
 */
export function preambleLines(records: TextRecord[]): number {
  const width = mostFrequent(records.map(({ fields }) => fields.length))
  if (width < 2) return 0
  const isShort = (record: TextRecord) => filled(record) <= Math.max(1, width / 2) && !isRow(record, width)
  const start = records.slice(0, MAX_RECORDS).findIndex((record) => !isShort(record))
  const first = records[start]
  if (start <= 0 || !first) return 0
  const below = records.slice(start)
  const agreeing = below.filter(({ fields }) => fields.length === width).length
  return first.fields.length >= width && below.length > 1 && agreeing >= below.length * AGREEING
    ? first.line - 1
    : 0
}

const filled = ({ fields }: TextRecord) => fields.filter((field) => field.trim() !== '').length

/** Whether a record of the table's width is one of its rows, and not a title that is padded with separators. */
function isRow({ fields }: TextRecord, width: number): boolean {
  if (fields.length < width) return false
  const [first = '', ...others] = fields.map((field) => field.trim())
  const isTitle = /\p{L}/u.test(first) || first === ''
  return !isTitle || others.some((field) => field !== '')
}
