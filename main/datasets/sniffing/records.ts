import type { FilePreview } from '../../contract/datasets.ts'

export type Quoting = FilePreview['quotes']

/** One row of delimited text. */
export interface TextRecord {
  /** The 1-based line on which it begins. */
  line: number
  fields: string[]
  /** A quote that was opened in it was never closed, or is followed by other text. */
  malformed: boolean
  /** Fields in quotes that are closed. */
  quoted: number
  /** The lines that it covers, unchanged; one unless a quoted field contains line breaks. */
  lines: string[]
}

export interface Dialect {
  delimiter: string
  quotes: Quoting
  /** Lines that begin with this are not records; an empty text skips none. */
  comment?: string
}

/** The importer does not accept longer quoted fields either. */
const MAX_QUOTED_LINES = 100

/**
 * Splits the beginning of a file, with line feeds only, into at most `limit` records. It is forgiving, because a
 * preview shows what it can and the importer rejects rows. Blank lines are not records.
 */
export function splitRecords(text: string, dialect: Dialect, limit: number): TextRecord[] {
  const { delimiter, quotes, comment = '' } = dialect
  const records: TextRecord[] = []
  let position = 0
  let line = 1
  while (position < text.length && records.length < limit) {
    const lineEnd = endOfLine(text, position)
    const plain = text.slice(position, lineEnd)
    if (isBlank(plain, delimiter) || (comment !== '' && plain.startsWith(comment))) {
      position = lineEnd + 1
      line++
      continue
    }
    if (quotes === 'none' || !plain.includes('"')) {
      const fields = plain.split(delimiter)
      records.push({ line, fields, malformed: false, quoted: 0, lines: [plain] })
      position = lineEnd + 1
      line++
      continue
    }
    const { end, ...record } = readQuoted(text, position, dialect)
    const lines = text.slice(position, end - 1).split('\n')
    records.push({ line, ...record, lines })
    line += lines.length
    position = end
  }
  return records
}

/** As for the importer: white space, or the sign with which DOS ended files. A delimiter counts as content. */
export function isBlank(line: string, delimiter: string): boolean {
  return /^[ \t\v\f\x1a]*$/.test(line) && !line.includes(delimiter)
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

/** A record with quotes, which may span several lines. `end` is the position after its line feed. */
function readQuoted(text: string, start: number, { delimiter, quotes }: Dialect) {
  const fields: string[] = []
  let position = start
  let malformed = false
  let quoted = 0
  for (;;) {
    let field: string
    let after: number
    if (text[position] === '"') {
      const found = readQuotedField(text, position, quotes === 'backslash' ? '\\' : '"')
      field = found.value
      after = found.end
      malformed ||= !found.closed
      if (found.closed) quoted++
    } else {
      after = endOfField(text, position, delimiter)
      field = text.slice(position, after)
    }
    // Text between a closing quote and the delimiter.
    const rest = endOfField(text, after, delimiter)
    if (rest > after) malformed = true
    fields.push(field)
    position = rest + 1
    if (text[rest] === delimiter) continue
    if (!malformed) return { fields, end: position, malformed, quoted }
    // One bad quote affects one line and not the rest of the file, as in the importer.
    return { fields, end: endOfLine(text, start) + 1, malformed, quoted }
  }
}

function readQuotedField(
  text: string,
  start: number,
  escape: '"' | '\\',
): { value: string; end: number; closed: boolean } {
  let from = start + 1
  let value = ''
  let lines = 1
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === '\n' && ++lines > MAX_QUOTED_LINES) break
    if (sign === escape && (text[at + 1] === '"' || (escape === '\\' && text[at + 1] === '\\'))) {
      value += text.slice(from, at) + (text[at + 1] ?? '')
      from = at + 2
      at++
    } else if (sign === '"') return { value: value + text.slice(from, at), end: at + 1, closed: true }
  }
  // If the field is never closed it ends with its line.
  const end = endOfLine(text, start)
  return { value: text.slice(start, end), end, closed: false }
}

function endOfField(text: string, from: number, delimiter: string): number {
  const line = endOfLine(text, from)
  const at = text.slice(from, line).indexOf(delimiter)
  return at < 0 ? line : from + at
}
