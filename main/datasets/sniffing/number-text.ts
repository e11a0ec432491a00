/** The numbers that the importer reads with a decimal point; JavaScript's Number also takes 0x1f, Infinity and blanks. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** Whether a field, white space around it apart, is a number with this decimal sign. */
export function isNumberText(field: string, decimal: '.' | ',' = '.'): boolean {
  const text = field.trim()
  return NUMBER.test(decimal === ',' && !text.includes('.') ? text.replace(',', '.') : text)
}

/** Whether it is a number with either decimal sign. */
export function isAnyNumber(field: string): boolean {
  return isNumberText(field) || isNumberText(field, ',')
}

/** Groups of three digits, and signs of money or shares around them: numbers to a person, and no numbers yet. */
const DECORATED = /^[+-]?[$€£¥]?\s?[+-]?(\d+|\d{1,3}([,.'’\u00a0\u202f]\d{3})+)([.,]\d+)?\s?[%$€£¥]?$/
/** One group alone could be a decimal fraction or a list. */
const ONE_GROUP = /^[+-]?\d+[.,]\d+$/

/** Whether a text would be a number without the signs in it that separate thousands or say what it measures. */
export function isDecoratedNumber(text: string): boolean {
  return DECORATED.test(text) && !ONE_GROUP.test(text) && !isAnyNumber(text)
}

/** A number without the signs between its groups of digits, as the importer reads it; other texts as they are. */
export function ungrouped(text: string, thousands: string, decimal: '.' | ','): string {
  const [whole = '', ...rest] = text.split(decimal)
  const [first = '', ...groups] = whole.split(thousands)
  const last = groups.at(-1)
  if (last === undefined || rest.length > 1) return text
  const inner = groups.slice(0, -1)
  const isEven = (length: number) => inner.every((group) => group.length === length)
  const isGrouped =
    /^[+-]?\d{1,3}$/.test(first) &&
    last.length === 3 &&
    (isEven(3) || isEven(2)) &&
    /^\d*$/.test(groups.join(''))
  return isGrouped ? [first + groups.join(''), ...rest].join(decimal) : text
}
