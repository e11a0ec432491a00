import { MAX_COLUMN_NAME } from '../../model/kinds/schema.ts'
import type { PreviewRequest } from '../../contract/datasets.ts'
import { StudioError } from '../../contract/errors.ts'
import { firstRepeated } from '../first-repeated.ts'
import { DEFAULT_MISSING_VALUES, presentValue } from '../missing-values.ts'
import type { ReadingSettings } from '../reading-settings.ts'
import { detectComment } from './comments.ts'
import { criteoColumns, looksLikeCriteo } from './criteo.ts'
import { detectDecimal } from './decimal.ts'
import { detectDelimiter } from './delimiter.ts'
import type { TextEncoding } from './encoding.ts'
import { readHead, type Head } from './head.ts'
import { hasHeader } from './header.ts'
import { detectQuoting } from './quoting.ts'
import { readingNotes } from './reading-notes.ts'
import { splitRecords, type TextRecord } from './records.ts'
import { trailingDelimiter } from './trailing-delimiter.ts'

/** The layout of a file, and its first rows. */
export interface Layout extends ReadingSettings {
  file: string
  fileBytes: number
  /** Whether lines may end with one delimiter more than there are columns. */
  trailingDelimiter: boolean
  /** One for each column: from the header, Criteo's, or column_1, column_2, … */
  names: string[]
  /** The indices of the columns that the header leaves without a name. */
  unnamed: number[]
  /** The first data rows. */
  records: TextRecord[]
  /** Notes about the file for a person. */
  notes: string[]
}

/** What is known in advance; the rest is detected. */
export type LayoutHints = Omit<PreviewRequest, 'file'> & {
  /** Column names that the user gave. A first row with all of them is a header. */
  names?: string[] | undefined
  /** The encoding of text that is not UTF-8, for bytes that do not show it. */
  fallbackEncoding?: TextEncoding | undefined
  /** The minimum number of columns; 2 unless given, for a label and something from which to predict it. */
  minimumColumns?: number | undefined
}

const PREVIEW_RECORDS = 2000
const MAX_COLUMNS = 100_000
const CRITEO_SAMPLE = 100

/** Reads the file's first megabyte. Throws a StudioError for anything that is not a table with enough columns. */
export async function readLayout(file: string, hints: LayoutHints, maxBytes?: number): Promise<Layout> {
  const named = hints.format !== 'auto'
  const { encoding, fallbackEncoding: fallback } = hints
  const head = await readHead(file, { maxBytes, encoding, fallback, named })
  const missingValues = hints.missingValues ?? DEFAULT_MISSING_VALUES
  const comment = hints.comment ?? detectComment(head.text)
  const tabbed = splitRecords(head.text, { delimiter: '\t', quotes: 'none', comment }, PREVIEW_RECORDS)
  if (tabbed.length === 0)
    throw new StudioError('InvalidArgument', `${file} contains only blank lines.`, { file })
  const common = { file, fileBytes: head.fileBytes, encoding: head.encoding, comment, missingValues }
  if (isCriteo(hints, tabbed)) {
    const layout = { format: 'criteo', delimiter: '\t', quotes: 'none', decimal: '.' } as const
    const names = criteoColumns().map((column) => column.name)
    const rest = { header: false, trailingDelimiter: false, names, unnamed: [], records: tabbed }
    return {
      ...common,
      ...layout,
      ...rest,
      notes: readingNotes(head, { ...common, ...layout, names }, hints),
    }
  }
  const delimiter =
    hints.delimiter ?? head.separator ?? detectDelimiter(withoutComments(head.text, comment), hints.format)
  const quotes = hints.quotes ?? detectQuoting(head.text, { delimiter, comment })
  const records = splitRecords(head.text, { delimiter, quotes, comment }, PREVIEW_RECORDS)
  const first = records[0]
  const minimum = hints.minimumColumns ?? 2
  if (!first || first.fields.length < minimum) throw oneColumn(file, delimiter, records)
  if (first.fields.length > MAX_COLUMNS) throw tooManyColumns(file, first)
  const header = hints.header ?? hasHeader(records, hints.names ?? [])
  const rows = header ? records.slice(1) : records
  const trailing = trailingDelimiter(first, rows, header)
  const fields = first.fields.slice(0, trailing.columns)
  const names = header ? headerNames({ ...first, fields }, file) : fields.map((_, at) => `column_${at + 1}`)
  const unnamed = header ? fields.flatMap((field, at) => (field.trim() === '' ? [at] : [])) : []
  const present = names.map((_, at) =>
    rows.map((row) => presentValue(row.fields[at] ?? '', missingValues).trim()).filter((text) => text !== ''),
  )
  const guess = detectDecimal(present)
  const decimal = hints.decimal ?? guess.decimal
  const layout = {
    ...common,
    format: delimiter === '\t' ? ('tsv' as const) : ('csv' as const),
    delimiter,
    quotes,
    decimal,
    header,
    names,
    unnamed,
    trailingDelimiter: trailing.dropped,
    records: rows,
  }
  return { ...layout, notes: readingNotes(head, layout, hints, guess) }
}

function isCriteo(hints: LayoutHints, tabbed: TextRecord[]): boolean {
  if (hints.format === 'criteo') return true
  if (hints.format !== 'auto' || hints.header || (hints.delimiter ?? '\t') !== '\t') return false
  return looksLikeCriteo(tabbed.slice(0, CRITEO_SAMPLE))
}

function withoutComments(text: string, comment: string): string {
  if (comment === '') return text
  const lines = text.split('\n').filter((line) => !line.startsWith(comment))
  return lines.join('\n')
}

function headerNames(record: TextRecord, file: string): string[] {
  const where = { file, row: record.line }
  if (record.malformed || hasOpenQuote(record)) {
    const message = `${file}, row ${record.line}: a quote in the header is not closed. Correct the header.`
    throw new StudioError('InvalidArgument', message, where)
  }
  // Some tools mark the header itself with a hash sign.
  const fields = record.fields.map((field, at) => (at === 0 ? field.replace(/^#\s*(?=\S)/, '') : field))
  const given = new Set(fields.map((field) => field.trim()))
  const names = fields.map((field, at) => field.trim() || unusedName(`column_${at + 1}`, given))
  const invalid = names.find((name) => name.includes('\uFFFD'))
  if (invalid !== undefined) {
    const message = `${file}, row ${record.line}, column ${invalid}: the header is not valid UTF-8. Save the file as UTF-8, or import it as Latin-1.`
    throw new StudioError('InvalidArgument', message, { ...where, column: invalid })
  }
  const long = names.findIndex((name) => name.length > MAX_COLUMN_NAME)
  const tooLong = names[long]
  if (tooLong !== undefined) {
    const message =
      `${file}, row ${record.line}: the name of column ${long + 1} has ${tooLong.length} characters; at most ` +
      `${MAX_COLUMN_NAME} are possible. Shorten it, or say that the file has no header.`
    throw new StudioError('InvalidArgument', message, { ...where, column: tooLong })
  }
  const repeated = firstRepeated(names)
  if (repeated !== undefined) {
    const message = `${file}, row ${record.line}: two columns are named ${repeated}. Rename one of them.`
    throw new StudioError('InvalidArgument', message, { ...where, column: repeated })
  }
  return names
}

/** A name for a column that has none, which is not another's. */
function unusedName(name: string, given: ReadonlySet<string>): string {
  return given.has(name) ? unusedName(`${name}_unnamed`, given) : name
}

/** Text in a row may begin with a quote sign; in a name it is a mistake. */
function hasOpenQuote({ fields, quoted }: TextRecord): boolean {
  return quoted === 0 && fields.some((field) => /^"[^"]*$/.test(field))
}

function tooManyColumns(file: string, { line, fields }: TextRecord): StudioError {
  const message = `${file}, row ${line}: it has ${fields.length} columns; at most ${MAX_COLUMNS} can be imported.`
  return new StudioError('InvalidArgument', message, { file, row: line })
}

function oneColumn(file: Head['file'], delimiter: string, records: TextRecord[]): StudioError {
  const line = records[0]?.line ?? 1
  const shown = delimiter === '\t' ? 'tab' : `"${delimiter}"`
  const width = records
    .slice(1, 50)
    .reduce((most, { fields }) => (fields.length > most ? fields.length : most), 1)
  const text = records[0]?.fields.join(delimiter) ?? ''
  let message = `it has only one column when split at ${shown}. A label and at least one more column are needed; check the delimiter.`
  if (width > 1) {
    message = `it has one field, but other rows have ${width} when split at ${shown}. Remove the row, which is neither a header nor data.`
  } else if (text.includes('::')) {
    message =
      'the fields are separated by "::", but a delimiter must be one character. Replace each "::" with a tab.'
  } else if (/\S \S/.test(text)) {
    message = `it has only one column when split at ${shown}. If fields should be split at spaces, set the delimiter (--delimiter " ").`
  }
  return new StudioError('InvalidArgument', `${file}, row ${line}: ${message}`, { file, row: line })
}
