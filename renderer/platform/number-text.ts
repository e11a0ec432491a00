import type { NumberBounds } from '../../main/model/number-bounds.ts'
import { withChosenSigns, withoutChosenSigns } from './formats.ts'

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 12 })

/** Writes all digits of a number without groups, as it can be edited: 0.003, 2048. */
export const plainNumber = (value: number): string => withChosenSigns(String(value))

/** Reads a number as people type it, such as 1e-3, 2048 or 2,048, or says which numbers are allowed. */
export function parseNumber(text: string, limits: NumberBounds): { value: number } | { problem: string } {
  const plain = withoutChosenSigns(text)
  const value = Number(plain)
  const { minimum, maximum, above, below, integer } = limits
  const allowed =
    plain !== '' &&
    Number.isFinite(value) &&
    (!integer || Number.isInteger(value)) &&
    !(minimum !== undefined && value < minimum) &&
    !(maximum !== undefined && value > maximum) &&
    !(above !== undefined && value <= above) &&
    !(below !== undefined && value >= below)
  return allowed ? { value } : { problem: `Enter ${allowedText(limits)}.` }
}

/** Describes limits, such as "a whole number from 1 to 100,000" or "a number above 0 and at most 1,000". */
export function allowedText({ minimum, maximum, above, below, integer }: NumberBounds): string {
  const number = (value: number) => withChosenSigns(grouped.format(value))
  const what = integer ? 'a whole number' : 'a number'
  if (minimum !== undefined && maximum !== undefined)
    return `${what} from ${number(minimum)} to ${number(maximum)}`
  const bounds = [
    ...(above === undefined ? [] : [`above ${number(above)}`]),
    ...(minimum === undefined ? [] : [`of ${number(minimum)} or more`]),
    ...(below === undefined ? [] : [`below ${number(below)}`]),
    ...(maximum === undefined ? [] : [`at most ${number(maximum)}`]),
  ]
  return bounds.length === 0
    ? `${what}, e.g. ${integer ? '16' : withChosenSigns('0.003 or 1e-3')}`
    : `${what} ${bounds.join(' and ')}`
}
