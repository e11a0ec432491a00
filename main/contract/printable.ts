/**
 * Text from outside (names in files, paths, other programs' messages) in a form that may be shown and stored: without
 * characters that control a terminal or change the order of what a person reads, and no longer than a person reads.
 */

/** The maximum length of a name within a sentence. */
const MAX_NAME_LENGTH = 200
/** The maximum length of a whole message. */
export const MAX_MESSAGE_LENGTH = 4000

/** C0 and DEL, C1, line and paragraph separators, and characters that override the direction of text. */
const CONTROL_CHARACTERS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const CONTROL_EXCEPT_LINE_FEED = new RegExp(
  CONTROL_CHARACTERS.source.replace('\\u0000-\\u001f', '\\u0000-\\u0009\\u000b-\\u001f'),
  'g',
)

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' }

const escaped = (character: string): string =>
  SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Escapes as JSON does, line feeds included. */
export function printable(text: string): string {
  return text.replace(CONTROL_CHARACTERS, escaped)
}

/**
 * Like printable, but keeps the line feeds that the program itself puts between lines. JSON text stays the same JSON.
 */
export function printableLines(text: string): string {
  return text.replace(CONTROL_EXCEPT_LINE_FEED, escaped)
}

/** Escapes a text and leaves out its middle if it is too long, because its beginning and end say the most. */
export function bounded(text: string, maxLength: number): string {
  // The text is cut first, because escaping a megabyte that nobody sees takes time.
  const short = printable(cut(text, maxLength))
  return short.length > maxLength ? cut(short, maxLength) : short
}

/** A name from outside within a sentence, in double quotes. */
export function quoted(name: string): string {
  return `"${bounded(String(name), MAX_NAME_LENGTH)}"`
}

/** A whole message. */
export function boundedMessage(message: string): string {
  return bounded(message, MAX_MESSAGE_LENGTH)
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const mark = ` … (${text.length - maxLength} more characters) … `
  const kept = Math.max(0, maxLength - mark.length)
  const head = Math.ceil(kept * 0.7)
  return `${text.slice(0, head)}${mark}${text.slice(text.length - (kept - head))}`.toWellFormed()
}

/** Plain data in which every text is bounded and long lists are cut, for the data of an error. */
export function boundedData(data: unknown, depth = 0): unknown {
  if (typeof data === 'string') return bounded(data, 1000)
  if (data === null || typeof data !== 'object') return data
  if (depth > 8) return null
  if (Array.isArray(data)) return data.slice(0, 1000).map((entry) => boundedData(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(data)
      .slice(0, 1000)
      .map(([key, value]) => [bounded(key, MAX_NAME_LENGTH), boundedData(value, depth + 1)]),
  )
}
