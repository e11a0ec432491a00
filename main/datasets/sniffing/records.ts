/** One row of delimited text. */
export interface TextRecord {
  /** 1-based line on which it begins. */
  line: number
  fields: string[]
  /** A quote opened in it was never closed, or is followed by other text. */
  malformed: boolean
}

/**
 * Splits the beginning of a file into at most `limit` records, with RFC 4180 quotes where `quotes`. Forgiving: a
 * preview shows what it can, and the importer is the one that rejects rows.
 */
export function splitRecords(text: string, delimiter: string, quotes: boolean, limit: number): TextRecord[] {
  const records: TextRecord[] = []
  let position = 0
  let line = 1
  while (position < text.length && records.length < limit) {
    const lineEnd = endOfLine(text, position)
    const plain = text.slice(position, lineEnd)
    if (!quotes || !plain.includes('"')) {
      const row = withoutReturn(plain)
      if (row !== '') records.push({ line, fields: row.split(delimiter), malformed: false })
      position = lineEnd + 1
      line++
      continue
    }
    const { fields, end, malformed } = readQuoted(text, position, delimiter)
    records.push({ line, fields, malformed })
    for (let at = position; at < end; at++) if (text[at] === '\n') line++
    position = end
  }
  return records
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? text.length : at
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** A record with quotes, which may go over several lines. `end` is the position after its line feed. */
function readQuoted(text: string, start: number, delimiter: string) {
  const fields: string[] = []
  let position = start
  let malformed = false
  for (;;) {
    let field: string
    if (text[position] === '"') {
      const quoted = readQuotedField(text, position)
      field = quoted.value
      position = quoted.end
      malformed ||= !quoted.closed
    } else {
      const end = endOfField(text, position, delimiter)
      field = withoutReturn(text.slice(position, end))
      position = end
    }
    // Text between a closing quote and the delimiter.
    const rest = endOfField(text, position, delimiter)
    if (withoutReturn(text.slice(position, rest)) !== '') malformed = true
    fields.push(field)
    position = rest + 1
    if (text[rest] !== delimiter) return { fields, end: position, malformed }
  }
}

function readQuotedField(text: string, start: number): { value: string; end: number; closed: boolean } {
  let from = start + 1
  let value = ''
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) {
      // Never closed: the field is taken to end with its line.
      const end = endOfLine(text, start)
      return { value: text.slice(start, end), end, closed: false }
    }
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1, closed: true }
    value += '"'
    from = quote + 2
  }
}

function endOfField(text: string, from: number, delimiter: string): number {
  const line = endOfLine(text, from)
  const at = text.indexOf(delimiter, from)
  return at < 0 || at > line ? line : at
}
