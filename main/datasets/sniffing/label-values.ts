import { isAnyNumber, isNumberText } from './number-text.ts'

/** Common pairs of label values, with the negative one first. Case does not matter. */
const PAIRS = [
  ['-1', '1'],
  ['-1.0', '1.0'],
  ['false', 'true'],
  ['false.', 'true.'],
  ['f', 't'],
  ['no', 'yes'],
  ['n', 'y'],
  ['neg', 'pos'],
  ['negative', 'positive'],
  ['nein', 'ja'],
  ['non', 'oui'],
] as const
/** Prefixes that make a word the negative of another, as in no_click, non-click and not clicked. */
const NEGATION = /^(non|not|no|un)[\s_-]*/

export interface LabelPair {
  negative: string
  positive: string
}

/** The values as they are in the file, if they are one of the well-known pairs other than 0 and 1. */
export function labelPair(values: readonly string[]): LabelPair | null {
  const distinct = new Map<string, string>()
  for (const value of values) {
    const text = value.trim()
    if (text !== '') distinct.set(text.toLowerCase().replace(/^\+/, ''), text)
    if (distinct.size > 2) return null
  }
  if (distinct.size !== 2) return null
  for (const [negative, positive] of PAIRS) {
    const found = [distinct.get(negative), distinct.get(positive)]
    if (found[0] !== undefined && found[1] !== undefined) {
      return { negative: found[0], positive: found[1] }
    }
  }
  return negatedPair(distinct)
}

/** A word and its negative. `distinct` are two values in lower case. */
function negatedPair(distinct: ReadonlyMap<string, string>): LabelPair | null {
  for (const [word, positive] of distinct) {
    const negative = [...distinct].find(
      ([other]) => NEGATION.test(other) && other.replace(NEGATION, '') === word,
    )
    if (negative) return { negative: negative[1], positive }
  }
  return null
}

/**
 * The pair to which the only value of a label belongs, as in the first rows of a file that is sorted by its label; null
 * if it belongs to none, or to several.
 */
export function labelPairOfOne(values: readonly string[]): LabelPair | null {
  const distinct = new Set(values.map((value) => value.trim()).filter((text) => text !== ''))
  const [value] = distinct
  if (value === undefined || distinct.size > 1 || isZeroOrOne(value)) return null
  const word = value.toLowerCase()
  const found = PAIRS.filter((pair) => pair.some((text) => text === word))
  const [pair] = found
  if (!pair || found.length > 1) return null
  const [negative, positive] = pair
  return word === negative ? { negative: value, positive } : { negative, positive: value }
}

const isZeroOrOne = (text: string) => isNumberText(text) && (Number(text) === 0 || Number(text) === 1)

/** What to do about a label that is neither 0 and 1 nor a well-known pair; null if it is one. */
export function labelAdvice(name: string, values: readonly string[]): string | null {
  const present = values.map((value) => value.trim()).filter((value) => value !== '')
  const distinct = [...new Set(present)]
  if (distinct.every(isZeroOrOne) || labelPair(distinct) || labelPairOfOne(distinct)) return null
  const numeric = distinct.every(isAnyNumber)
  const shown = distinct.slice(0, 5).join(', ') + (distinct.length > 5 ? ', …' : '')
  if (numeric) {
    return `The label column ${name} holds ${shown}: set the smallest positive value (positiveFrom in a schema).`
  }
  return distinct.length === 2
    ? `The label column ${name} holds ${shown}: choose which of them is positive (positive and negative in a schema).`
    : `The label column ${name} holds ${shown}: a label must be 0 or 1, a number with a threshold, or one of two values.`
}
