/** How the lists of a multi-valued column are written. */
export interface ListForm {
  separator: string
  /** Whether they may be in brackets, and their values in quotation marks, as JSON and Python write them. */
  brackets: boolean
}

/**
 * The values in a field of a multi-valued column, as an import reads them (native/dataset/src/list_text.rs), for what the
 * window shows of them.
 */
export function listTokens(text: string, { separator, brackets }: ListForm): string[] {
  if (!brackets) return text.split(separator).filter((value) => value !== '')
  const tokens: string[] = []
  let rest = withoutBrackets(text)
  while (rest !== '') {
    rest = trimmedStart(rest)
    const [value, after] = quoted(rest, separator) ?? unquoted(rest, separator)
    if (value !== '') tokens.push(value)
    rest = after.startsWith(separator) ? after.slice(separator.length) : ''
  }
  return tokens
}

const trimmedStart = (text: string) => text.replace(/^[ \t\n\f\r]+/, '')
const trimmed = (text: string) => trimmedStart(text).replace(/[ \t\n\f\r]+$/, '')

function withoutBrackets(text: string): string {
  const inner = trimmed(text)
  const pairs = ['[]', '()', '{}']
  const pair = pairs.find(
    ([open = '', close = '']) => inner.length > 1 && inner.startsWith(open) && inner.endsWith(close),
  )
  return pair ? inner.slice(1, -1) : inner
}

function unquoted(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  const end = at < 0 ? text.length : at
  return [trimmed(text.slice(0, end)), text.slice(end)]
}

/** A quoted value at the beginning of a text, and what comes after it: the separator or nothing. null if there is none. */
function quoted(text: string, separator: string): [string, string] | null {
  const found = /^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/s.exec(text)
  if (!found) return null
  const after = text.slice(found[0].length)
  const value = unescaped(found[1] ?? found[2] ?? '')
  const next = trimmedStart(after)
  if (next === '' || next.startsWith(separator)) return [value, next]
  return after.startsWith(separator) ? [value, after] : null
}

/** What a text with escapes such as \" and \u00e9 stands for. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text.replaceAll("\\'", "'")
  }
}
