/** The pairs of values that labels have in the wild, the negative one first; their case does not matter. */
const PAIRS = [
  ['-1', '1'],
  ['-1.0', '1.0'],
  ['false', 'true'],
  ['f', 't'],
  ['no', 'yes'],
  ['n', 'y'],
  ['nein', 'ja'],
  ['non', 'oui'],
] as const

/** The values as they stand in the file, where they are one of the well-known pairs other than 0 and 1. */
export function labelPair(values: readonly string[]): { negative: string; positive: string } | null {
  const distinct = new Map<string, string>()
  for (const value of values) {
    const text = value.trim()
    if (text !== '') distinct.set(text.toLowerCase().replace(/^\+/, ''), text)
    if (distinct.size > 2) return null
  }
  for (const [negative, positive] of PAIRS) {
    const found = [distinct.get(negative), distinct.get(positive)]
    if (distinct.size === 2 && found[0] !== undefined && found[1] !== undefined) {
      return { negative: found[0], positive: found[1] }
    }
  }
  return null
}

const ZERO_OR_ONE = /^[+-]?0*[01]?(\.0*)?$/

/** What to do about a label that is neither 0 and 1 nor a well-known pair; null where it is. */
export function labelAdvice(name: string, values: readonly string[]): string | null {
  const present = values.map((value) => value.trim()).filter((value) => value !== '')
  const distinct = [...new Set(present)]
  if (distinct.every((value) => ZERO_OR_ONE.test(value)) || labelPair(distinct)) return null
  const numeric = distinct.every((value) => Number.isFinite(Number(value.replace(',', '.'))))
  const shown = distinct.slice(0, 5).join(', ') + (distinct.length > 5 ? ', …' : '')
  if (numeric) {
    return `The label column ${name} holds ${shown}: set the smallest positive value (positiveFrom in a schema).`
  }
  return distinct.length === 2
    ? `The label column ${name} holds ${shown}: choose which of them is positive (positive and negative in a schema).`
    : `The label column ${name} holds ${shown}: a label must be 0 or 1, a number with a threshold, or one of two values.`
}
