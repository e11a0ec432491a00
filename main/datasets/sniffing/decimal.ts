/** The decimal sign of a file's numbers, as far as its first rows show it. */
export interface DecimalGuess {
  decimal: '.' | ','
  /** A value that could be read either way, as a decimal comma or as thousands; null if there is none. */
  unclear: { column: number; value: string } | null
}

const WITH_COMMA = /^[+-]?\d*,\d+([eE][+-]?\d+)?$/
const WITH_POINT = /^[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?$/
const WHOLE = /^[+-]?\d+$/
const THOUSANDS = /^[+-]?[1-9]\d{0,2},\d{3}$/

/** `columns` are the present values of each column. A comma is a decimal sign if no column has a decimal point. */
export function detectDecimal(columns: string[][]): DecimalGuess {
  const numeric = columns.map((values) => {
    const commas = values.filter((value) => WITH_COMMA.test(value))
    const whole = values.filter((value) => WHOLE.test(value))
    return commas.length > 0 && commas.length + whole.length === values.length ? commas : []
  })
  const column = numeric.findIndex((commas) => commas.length > 0)
  const value = numeric[column]?.[0]
  if (value === undefined) return { decimal: '.', unclear: null }
  const hasPoint = columns.some((values) => values.length > 0 && values.every(isPointed))
  const isCertain = numeric.some((commas) => commas.some((text) => !THOUSANDS.test(text)))
  if (isCertain && !hasPoint) return { decimal: ',', unclear: null }
  return { decimal: '.', unclear: { column, value } }
}

const isPointed = (value: string) => WITH_POINT.test(value)
