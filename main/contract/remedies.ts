/** What an import can do differently so that rows are not rejected again. */
import { z } from 'zod'
import type { ImportRequest } from './datasets.ts'
import type { RejectedGroup } from './rejected-rows.ts'

/** Columns with more different texts are no numbers with markers of missing values among them. */
const MAX_MARKERS = 20
const MAX_MARKER_LENGTH = 100

export const remedy = z.discriminatedUnion('kind', [
  /** Reads texts of a column as missing values. */
  z.strictObject({
    kind: z.literal('missing'),
    column: z.string(),
    values: z.array(z.string().min(1).max(MAX_MARKER_LENGTH)).min(1).max(MAX_MARKERS),
  }),
  /** Reads the files as Windows-1252. */
  z.strictObject({ kind: z.literal('latin1') }),
  /** Reads numbers with a comma before their fraction. */
  z.strictObject({ kind: z.literal('decimalComma') }),
  /** Reads quotation marks as part of the text. */
  z.strictObject({ kind: z.literal('withoutQuotes') }),
])
export type Remedy = z.infer<typeof remedy>

const NOT_A_NUMBER = /^… is not (a number|an integer|a hex number)$/
const BAD_QUOTES = /import without quoting$|^the quotation mark that opens here is (never closed|closed only)/

/** What would have accepted the rows of a group, or null if nothing but the files can be changed. */
export function remedyOf({ column, reason, values, distinct, count }: RejectedGroup): Remedy | null {
  if (reason.includes('decimal comma, import with decimal commas')) return { kind: 'decimalComma' }
  if (reason.startsWith('the field is not valid UTF-8')) return { kind: 'latin1' }
  if (BAD_QUOTES.test(reason)) return { kind: 'withoutQuotes' }
  const texts = values.map(({ value }) => value)
  const complete = values.reduce((sum, value) => sum + value.count, 0) === count
  const markers = complete && distinct <= MAX_MARKERS && texts.every(isMarker)
  if (column === null || !NOT_A_NUMBER.test(reason) || !markers || texts.length === 0) return null
  return { kind: 'missing', column, values: texts }
}

/** A number with a unit or thousands separators is a value and not the lack of one. */
const isMarker = (text: string): boolean =>
  text !== '' && text.length <= MAX_MARKER_LENGTH && !/^[+-]?[\d.,]*\d/.test(text)

/** The words of a button, as in “Treat "N/A" as missing”. */
export function remedyText(choice: Remedy): string {
  switch (choice.kind) {
    case 'missing':
      return `Treat ${shortList(choice.values.map((value) => JSON.stringify(value)))} as missing`
    case 'latin1':
      return 'Read the file as Latin-1 (Windows-1252)'
    case 'decimalComma':
      return 'Read decimal commas'
    case 'withoutQuotes':
      return 'Read quotation marks as text'
  }
}

/** The options of the command line that do the same, such as --missing-in "age=N/A". */
export function remedyOption(choice: Remedy): string {
  switch (choice.kind) {
    case 'missing':
      return `--missing-in ${shellWord(`${choice.column}=${choice.values.join(',')}`)}`
    case 'latin1':
      return '--encoding latin1'
    case 'decimalComma':
      return '--decimal ,'
    case 'withoutQuotes':
      return '--quote none'
  }
}

/** The request with remedies. */
export function withRemedies<Request extends Pick<ImportRequest, 'reading' | 'missingIn'>>(
  request: Request,
  remedies: readonly Remedy[],
): Request {
  const result = { ...request }
  for (const choice of remedies) {
    if (choice.kind === 'missing') {
      const before = result.missingIn?.[choice.column] ?? []
      const values = [...new Set([...before, ...choice.values])]
      result.missingIn = { ...result.missingIn, [choice.column]: values }
    } else {
      result.reading = { ...result.reading, ...readingOf[choice.kind] }
    }
  }
  return result
}

const readingOf = {
  latin1: { encoding: 'latin1' },
  decimalComma: { decimal: ',' },
  withoutQuotes: { quotes: 'none' },
} as const

function shortList(texts: string[]): string {
  const shown = texts.slice(0, 3)
  if (texts.length > shown.length) return `${shown.join(', ')} and ${texts.length - shown.length} more`
  const last = shown.pop() ?? ''
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}

/** A text as one word of a shell's command line. */
const shellWord = (text: string): string =>
  /^[A-Za-z0-9_=.,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
