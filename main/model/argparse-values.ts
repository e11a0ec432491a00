/** Functions that read text as Python's argparse and its number types do. They return NaN for what these refuse. */

const DIGITS = String.raw`\d+(?:_\d+)*`
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`)
const DECIMAL = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`, 'i')
/** The text that argparse takes for a number where it could be an option. */
const NEGATIVE_NUMBER = /^-(?:\d+|\d*\.\d+)$/

export function pythonInteger(text: string): number {
  const trimmed = text.trim()
  return INTEGER.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : NaN
}

export function pythonDecimal(text: string): number {
  const trimmed = text.trim()
  return DECIMAL.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : NaN
}

/** `type=bool` calls bool() on the text, which is false only for the empty text. */
export function pythonTruth(text: string): boolean {
  return text !== ''
}

/** Whether a person who wrote this meant false, although pythonTruth reads it as true. */
export function meansFalse(text: string): boolean {
  return /^(?:f|false|n|no|off|0|none)$/i.test(text.trim())
}

/** Whether a word after an option is the option's value rather than another option. */
export function isValue(word: string): boolean {
  return !word.startsWith('-') || word === '-' || NEGATIVE_NUMBER.test(word) || /^-[^=]* /.test(word)
}

/**
 * The option that a name stands for: the option of this name, or the only one that begins with it. If several begin
 * with it, all of them.
 */
export function optionNamed(name: string, known: readonly string[]): string | string[] {
  if (known.includes(name)) return name
  const candidates = known.filter((each) => each.startsWith(name))
  return candidates.length === 1 ? (candidates[0] ?? name) : candidates
}
