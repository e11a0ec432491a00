/** Finds where text stops being JSON, because JavaScript's own message does not always say. */

export interface TextPosition {
  /** Both count from 1. */
  line: number
  column: number
}

const WHITESPACE = /[ \t\n\r]*/y
const SCALAR =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** The position of the first token that is not allowed there, or the end of the text if it is incomplete. */
export function jsonErrorPosition(text: string): TextPosition {
  const before = text.slice(0, errorOffset(text)).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function errorOffset(text: string): number {
  let offset = 0
  const open: ('{' | '[')[] = []
  /** What may come next. The states 'first…' also allow an empty object or array to end. */
  let expected: 'value' | 'firstKey' | 'key' | 'firstItem' | 'after' = 'value'
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = offset
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) offset += found.length
    return found
  }
  const take = (character: string): boolean => {
    match(WHITESPACE)
    if (text[offset] !== character) return false
    offset++
    return true
  }
  for (;;) {
    match(WHITESPACE)
    const closing = open.at(-1) === '{' ? '}' : ']'
    const mayClose = open.length > 0 && expected !== 'value' && expected !== 'key'
    if (mayClose && take(closing)) {
      open.pop()
      expected = 'after'
    } else if (expected === 'after') {
      if (open.length === 0 || !take(',')) return offset
      expected = open.at(-1) === '{' ? 'key' : 'value'
    } else if (expected === 'firstKey' || expected === 'key') {
      if (text[offset] !== '"' || match(SCALAR) === null || !take(':')) return offset
      expected = 'value'
    } else if (take('{')) {
      open.push('{')
      expected = 'firstKey'
    } else if (take('[')) {
      open.push('[')
      expected = 'firstItem'
    } else if (match(SCALAR) !== null) expected = 'after'
    else return offset
  }
}
