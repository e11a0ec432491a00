/**
 * Fields of the CSV files that the app writes. Names and values in them come from other people's files, and spreadsheets
 * run what looks like a formula.
 */

/** Numbers may begin with a sign that would begin a formula. */
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/
/** With the wide forms of the signs, which spreadsheets of East Asia take for the narrow ones. */
const FORMULA = /^[=+\-@＝＋－＠]/
/**
 * What may end a cell within a field. Where the decimal sign is a comma, spreadsheets separate cells by semicolons, and
 * then quotes around a field do not protect what is in it.
 */
const CELL_END = /([;\t\r\n])/

/** Text as a CSV field: quoted as in RFC 4180 where it has to be, and where another separator could divide it. */
export function csvField(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Text in a form that a spreadsheet shows and does not run: an apostrophe is put before what would begin a formula, at
 * the beginning and after anything that could end a cell, and before a tab or line end at the beginning, which some skip.
 * Numbers stay as they are.
 */
export function harmlessText(text: string): string {
  const begins = /^[\t\r]/.test(text) ? "'" : ''
  return begins + text.split(CELL_END).map(harmlessCell).join('')
}

const harmlessCell = (cell: string): string => (FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell)
