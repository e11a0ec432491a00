import type { FilePreview } from '../../contract/datasets.ts'

/** How a file writes its numbers, as far as its first rows show it. */
export interface NumberGuess {
  decimal: FilePreview['decimal']
  /** The sign between groups of digits, which is empty if there is none. */
  thousands: string
  /** A value that could be read either way, as a decimal comma or as thousands; null if there is none. */
  unclear: { column: number; value: string } | null
}

const WITH_COMMA = /^[+-]?\d*,\d+([eE][+-]?\d+)?$/
const WITH_POINT = /^[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?$/
const WHOLE = /^[+-]?\d+$/
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/
const POINTED_THOUSANDS = /^[+-]?[1-9]\d{0,2}\.\d{3}$/

/** `columns` are the present values of each column. A comma is a decimal sign if no column has a decimal point. */
export function detectNumbers(columns: string[][]): NumberGuess {
  const grouped = detectThousands(columns)
  if (grouped) return { ...grouped, unclear: null }
  const numeric = columns.map((values) => {
    const commas = values.filter((value) => WITH_COMMA.test(value))
    const whole = values.filter((value) => WHOLE.test(value))
    return commas.length > 0 && commas.length + whole.length === values.length ? commas : []
  })
  const column = numeric.findIndex((commas) => commas.length > 0)
  const value = numeric[column]?.[0]
  if (value === undefined) return { decimal: '.', thousands: '', unclear: null }
  const hasPoint = columns.some((values) => values.length > 0 && values.every(isPointed))
  const isCertain = numeric.some((commas) => commas.some((text) => !THOUSANDS.test(text)))
  if (isCertain && !hasPoint) return { decimal: ',', thousands: '', unclear: null }
  return { decimal: '.', thousands: '', unclear: { column, value } }
}

const isPointed = (value: string) => WITH_POINT.test(value)

/** A style in which numbers with groups of digits are written. */
interface Style {
  decimal: '.' | ','
  thousands: string
  /** A number in this style, with groups or without. */
  number: RegExp
  /** A number that has groups. */
  group: RegExp
  /** A number with groups that is one in no other style. */
  certain: RegExp
}

/** The signs that separate thousands besides comma and point. */
const SPACED = ['\u00a0', '\u202f', '\u2009', "'", '’', ' ']

const STYLES: Style[] = [
  style('.', ','),
  style(',', '.'),
  ...SPACED.flatMap((sign) => [style(',', sign), style('.', sign)]),
]

function style(decimal: '.' | ',', thousands: string): Style {
  const [point, sign] = [`\\${decimal}`, thousands === '.' ? '\\.' : thousands]
  const whole = `[+-]?\\d{1,3}(?:${sign}\\d{3})`
  const indian = `[+-]?\\d{1,2}(?:${sign}\\d{2})+${sign}\\d{3}`
  const isOther = !['.', ',', ' '].includes(thousands)
  return {
    decimal,
    thousands,
    number: new RegExp(`^(?:${whole}+|${indian}|[+-]?\\d*)(?:${point}\\d+)?$`),
    group: new RegExp(`^(?:${whole}+|${indian})(?:${point}\\d+)?$`),
    certain: isOther
      ? new RegExp(`^${whole}+(?:${point}\\d+)?$`)
      : thousands === ' '
        ? new RegExp(`^${whole}+${point}\\d+$`)
        : new RegExp(`^(?:${whole}+${point}\\d+|${whole}{2,}|${indian}(?:${point}\\d+)?)$`),
  }
}

/** The style of a file's numbers with groups of digits; null if no column shows one. */
function detectThousands(columns: string[][]): Pick<NumberGuess, 'decimal' | 'thousands'> | null {
  const hasPoint = columns.some(
    (values) =>
      values.some((value) => isPointed(value) && !POINTED_THOUSANDS.test(value)) && areNumbers(values),
  )
  const hasComma = columns.some(
    (values) =>
      values.some((value) => WITH_COMMA.test(value) && !THOUSANDS.test(value)) && areNumbers(values),
  )
  const found = STYLES.find((candidate) => {
    if (candidate.decimal === ',' ? hasPoint : hasComma) return false
    return columns.some((values) => shows(values, candidate, hasPoint || hasComma))
  })
  return found ? { decimal: found.decimal, thousands: found.thousands } : null
}

const areNumbers = (values: string[]) =>
  values.every((value) => WITH_COMMA.test(value) || WHOLE.test(value) || isPointed(value))

/**
 * Whether all values of a column are numbers in a style, and some only in this one. Without such a value, groups of three are
 * thousands where another column shows the decimal sign, or beside whole numbers that all are shorter.
 */
function shows(
  values: string[],
  { number, group, certain, thousands, decimal }: Style,
  decimalKnown: boolean,
): boolean {
  const groups = values.filter((value) => group.test(value))
  if (groups.length === 0 || !values.every((value) => number.test(value))) return false
  if (values.some((value) => certain.test(value))) return true
  if (thousands !== ',' && !(thousands === '.' && decimalKnown)) return false
  if (decimalKnown) return true
  const whole = values.filter((value) => WHOLE.test(value))
  return (
    decimal === '.' &&
    groups.length > 1 &&
    whole.length > 1 &&
    whole.every((value) => value.replace(/^[+-]/, '').length <= 3)
  )
}
