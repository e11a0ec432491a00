/** What separates the fields of a file: a text, or runs of blanks. */

/** The separator that stands for runs of spaces and tabs. A separator has no letters, so it is none itself. */
export const SPACES = 'spaces'

const MAX_BYTES = 8
/** Letters, digits, quotation marks, line breaks, and the signs of numbers. */
const PART_OF_A_FIELD = /[\p{L}\p{N}"\r\n\0.+\uFEFF]/u

export function isSeparator(text: string): boolean {
  if (text === SPACES) return true
  const bytes = new TextEncoder().encode(text).length
  return bytes > 0 && bytes <= MAX_BYTES && text !== '-' && !PART_OF_A_FIELD.test(text)
}

const NAMES: Record<string, string> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
  ' ': 'single spaces',
  [SPACES]: 'runs of spaces',
  '\u0001': 'U+0001',
}

/** What separates fields, for the end of "separated by". */
export function separatorText(separator: string): string {
  const control = (sign: string) => `U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  return NAMES[separator] ?? separator.replace(/[\0-\x1f\x7f]/g, control)
}
