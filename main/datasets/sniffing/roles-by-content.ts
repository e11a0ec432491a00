import { labelPair } from './label-values.ts'
import { detectList } from './list-form.ts'
import { isAnyNumber, isDecoratedNumber, isNumberText } from './number-text.ts'
import type { RoleGuess } from './roles-by-name.ts'

const INTEGER = /^[+-]?\d+$/
/** Codes such as 007 with leading zeros, which they would lose as numbers. */
const PADDED = /^0\d+$/
/** A text column in which a larger share of the values is different is not a feature from which one could learn. */
const NEARLY_ALL = 0.95
/** A column with this share of numbers is a column of numbers with mistakes, which an import reports row by row. */
const NUMBERS = 0.98

/** A likely role from a column's first values, which are empty if missing, and the reason. It is never certain. */
export function roleByContent(values: string[], decimal: '.' | ',' = '.'): RoleGuess {
  const present = values.filter((value) => value !== '')
  const distinct = new Set(present)
  const guess = (role: RoleGuess['role'], because: string) => ({ role, because, certain: false })
  if (present.length === 0) return guess('ignore', 'its first values are all missing')
  if (present.every((value) => value === '0' || value === '1')) {
    return guess(distinct.size === 2 ? 'label' : 'dense', 'it holds only 0 and 1')
  }
  const pair = labelPair(present)
  if (pair) return guess('label', `it holds only ${pair.negative} and ${pair.positive}`)
  const numbers = present.filter((value) => isNumberText(value, decimal))
  if (numbers.length >= present.length * NUMBERS && !areNames(numbers)) {
    const whole = numbers.every((value) => INTEGER.test(value))
    const all = numbers.length === present.length ? 'its' : 'nearly all of its'
    return guess('dense', whole ? `${all} values are whole numbers` : `${all} values are numbers`)
  }
  if (
    present.some(isDecoratedNumber) &&
    present.every((value) => isDecoratedNumber(value) || isAnyNumber(value))
  ) {
    return guess(
      'dense',
      'its values are numbers with signs such as thousands separators, which have to be removed',
    )
  }
  const list = detectList(present)
  if (list) return guess('multiValued', `its values ${list.because}`)
  if (present.length >= 20 && distinct.size > present.length * NEARLY_ALL) {
    return guess('ignore', 'nearly all of its values are different')
  }
  const count = distinct.size === 1 ? 'one value' : `${distinct.size.toLocaleString('en')} different values`
  return guess('sparse', `it has ${count} in the first ${values.length.toLocaleString('en')} rows`)
}

/** A column with this many different numbers is not a column of codes. */
const MANY_NUMBERS = 10

/** The only text in a column of numbers, which may stand for a missing value; null if there is none, or several. */
export function textAmongNumbers(values: string[], decimal: '.' | ','): string | null {
  const present = values.filter((value) => value !== '')
  const numbers = present.filter((value) => isNumberText(value, decimal))
  const [text, ...others] = new Set(present.filter((value) => !isNumberText(value, decimal)))
  const mostly = numbers.length * 2 > present.length && new Set(numbers).size >= MANY_NUMBERS
  return text !== undefined && others.length === 0 && mostly ? text : null
}

/**
 * Whole numbers that no 64-bit float represents exactly are names, such as the ids of log lines, and so are padded
 * ones.
 */
function areNames(numbers: string[]): boolean {
  if (!numbers.every((value) => INTEGER.test(value))) return false
  const length = numbers[0]?.length
  const padded =
    numbers.some((value) => PADDED.test(value)) && numbers.every((value) => value.length === length)
  return padded || numbers.some((value) => !Number.isSafeInteger(Number(value)))
}
