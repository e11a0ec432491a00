import { listTokens, type ListForm } from '../../contract/list-text.ts'

/** Those that people choose for lists come first. */
const SEPARATORS = ['|', ';', '^', ',', ' ', '#', '&', '~']
const BRACKETED = /^\s*(\[.*\]|\(.*\)|\{.*\})\s*$/s
/** Ids, which a list has many of: numbers, hexadecimal numbers, and letters before digits, as in item_17. */
const SHAPES = [/^\d+$/, /^[0-9a-f]{6,}$/i, /^[a-z]{1,12}[_:-]?\d+$/i]
/** A column with this share of lists is one of lists; the others have one value. */
const LISTS = 0.3
const NEARLY_ALL = 0.95

export interface FoundList extends ListForm {
  /** The reason, as the end of a sentence about the values. */
  because: string
}

/** How a column's first values, which are not empty, are written as lists; undefined if they are none. */
export function detectList(present: readonly string[]): FoundList | undefined {
  return bracketedList(present) ?? separatedList(present)
}

function bracketedList(present: readonly string[]): FoundList | undefined {
  const bracketed = present.filter((value) => BRACKETED.test(value))
  if (bracketed.length === 0 || bracketed.length < present.length * NEARLY_ALL) return undefined
  const inner = bracketed.map((value) => value.trim().slice(1, -1))
  const separator =
    [',', ';', '|', ' '].find((sign) => inner.some((text) => text.trim().includes(sign))) ?? ','
  return { separator, brackets: true, because: 'are lists in brackets' }
}

function separatedList(present: readonly string[]): FoundList | undefined {
  const distinct = new Set(present).size
  for (const separator of SEPARATORS) {
    const lists = present.filter((value) => value.includes(separator)).length
    if (lists === 0 || lists < present.length * LISTS) continue
    const form = { separator, brackets: false }
    const tokens = present.flatMap((value) => listTokens(value, form))
    const shown = separator === ' ' ? 'spaces' : `"${separator}"`
    if (new Set(tokens).size < distinct) return { ...form, because: `are lists separated by ${shown}` }
    const alike = SHAPES.some(
      (shape) => tokens.filter((token) => shape.test(token)).length >= tokens.length * NEARLY_ALL,
    )
    if (alike && tokens.length > present.length) {
      return { ...form, because: `are lists of ids separated by ${shown}` }
    }
  }
  return undefined
}
