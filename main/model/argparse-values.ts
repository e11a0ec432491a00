/** How Python's argparse and its number types read text; NaN where they refuse it. */

const DIGITS = String.raw`\d+(?:_\d+)*`
const INTEGER = new RegExp(`^[+-]?${DIGITS}$`)
const DECIMAL = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?$`, 'i')
/** What argparse takes for a number where an option could stand. */
const NEGATIVE_NUMBER = /^-(?:\d+|\d*\.\d+)$/

export function pythonInteger(text: string): number {
  const trimmed = text.trim()
  return INTEGER.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : NaN
}

export function pythonDecimal(text: string): number {
  const trimmed = text.trim()
  return DECIMAL.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : NaN
}

/** `type=bool` calls bool() on the text, which is false for the empty one alone. */
export function pythonTruth(text: string): boolean {
  return text !== ''
}

/** Whether a person who wrote this meant false, which pythonTruth does not read. */
export function looksFalse(text: string): boolean {
  return /^(?:f|false|n|no|off|0|none)$/i.test(text.trim())
}

/** Whether a word behind an option is the option's value, not an option itself. */
export function isValue(word: string): boolean {
  return !word.startsWith('-') || word === '-' || NEGATIVE_NUMBER.test(word) || /^-[^=]* /.test(word)
}

/** The option that a name stands for: itself, or the only one that begins so. The ones it could be where several do. */
export function optionNamed(name: string, known: readonly string[]): string | string[] {
  if (known.includes(name)) return name
  const candidates = known.filter((each) => each.startsWith(name))
  return candidates.length === 1 ? (candidates[0] ?? name) : candidates
}
