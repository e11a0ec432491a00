/** Numbers may begin with a sign that would begin a formula. */
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/
const FORMULA = /^[=+\-@\t\r]/

/** Text as a CSV field: quoted as in RFC 4180 where it has to be. */
export function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * Text from a file in a form that a spreadsheet shows and does not run: an apostrophe is put before what would begin a
 * formula. Numbers stay as they are.
 */
export function harmlessText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
}
