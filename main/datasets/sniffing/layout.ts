import type { TablePreview } from '../../../native/index.ts'
import type { PreviewRequest } from '../../contract/datasets.ts'
import { StudioError } from '../../contract/errors.ts'
import { separatorText } from '../../contract/separators.ts'
import { firstRepeated } from '../first-repeated.ts'
import { DEFAULT_MISSING_VALUES, presentValue } from '../missing-values.ts'
import { partitionsOf, type PartitionColumn } from '../partitions.ts'
import type { ReadingSettings } from '../reading-settings.ts'
import { detectComment } from './comments.ts'
import { criteoColumns, looksLikeCriteo } from './criteo.ts'
import { detectNumbers } from './decimal.ts'
import { detectDelimiter } from './delimiter.ts'
import type { TextEncoding } from './encoding.ts'
import { readHead, sizeOf, type Head } from './head.ts'
import { headerNames, refuseNames } from './header-names.ts'
import { hasHeader } from './header.ts'
import { preambleLines } from './preamble.ts'
import { detectQuoting } from './quoting.ts'
import { raggedRows } from './ragged-rows.ts'
import { compressionNotes, readingNotes } from './reading-notes.ts'
import { splitRecords, type TextRecord } from './records.ts'
import { recBoleColumns } from './recbole.ts'
import { previewTable, type ColumnHint } from './table.ts'
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
  /** The last columns, if they are in the names of the file's folders. */
  partitions?: PartitionColumn[]
  /** What the file itself says about each column; absent if it says nothing. */
  hints?: ColumnHint[]
  /** The first data rows. */
  records: TextRecord[]
  /** Notes about the file for a person. */
  notes: string[]
}

/** What is known in advance; the rest is detected. */
export type LayoutHints = Omit<PreviewRequest, 'file' | 'recipe' | 'schema'> & {
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
  const fileBytes = await sizeOf(file)
  const table = await previewTable(file, hints.format, PREVIEW_RECORDS)
  const layout = table
    ? tableLayout(file, fileBytes, table, hints)
    : await readTextLayout(file, hints, maxBytes)
  return withPartitions(layout)
}

/** Adds the columns in the names of the file's folders. */
function withPartitions(layout: Layout): Layout {
  const own = new Set(layout.names)
  const partitions = partitionsOf(layout.file).filter(({ name }) => !own.has(name))
  if (partitions.length === 0 || layout.format === 'criteo') return layout
  const values = partitions.map(({ value }) => value)
  const names = partitions.map(({ name }) => name)
  return {
    ...layout,
    names: [...layout.names, ...names],
    partitions,
    records: layout.records.map((record) =>
      record.fields.length === layout.names.length
        ? { ...record, fields: [...record.fields, ...values] }
        : record,
    ),
    notes: [
      ...layout.notes,
      `In the names of the folders: ${partitions.map(({ name, value }) => `${name} is ${value || 'missing'}`).join(', ')}.`,
    ],
  }
}

async function readTextLayout(file: string, hints: LayoutHints, maxBytes?: number): Promise<Layout> {
  const isNamed = hints.format !== 'auto'
  const { encoding, fallbackEncoding: fallback } = hints
  const head = await readHead(file, { maxBytes, encoding, fallback, named: isNamed })
  const missingValues = hints.missingValues ?? DEFAULT_MISSING_VALUES
  const comment = hints.comment ?? detectComment(head.text)
  const { shortRows = 'reject', longRows = 'reject' } = hints
  const rowLengths = { shortRows, longRows }
  const common = {
    file,
    fileBytes: head.fileBytes,
    encoding: head.encoding,
    comment,
    missingValues,
    ...rowLengths,
  }
  const criteo = { delimiter: '\t', quotes: 'none', comment, skipLines: hints.skipLines ?? 0 } as const
  const tabbed = splitRecords(head.text, criteo, PREVIEW_RECORDS)
  if (tabbed.length === 0)
    throw new StudioError('InvalidArgument', `${file} contains only blank lines.`, { file })
  if (isCriteo(hints, tabbed)) {
    const layout = {
      ...common,
      ...criteo,
      format: 'criteo',
      quoteSign: '"',
      decimal: '.',
      thousands: '',
    } as const
    const names = criteoColumns().map((column) => column.name)
    const rest = { header: false, trailingDelimiter: false, names, unnamed: [], records: tabbed }
    return { ...layout, ...rest, notes: readingNotes(head, { ...layout, names }, hints) }
  }
  const delimiter =
    hints.delimiter ?? head.separator ?? detectDelimiter(withoutComments(head.text, comment), hints.format)
  const detected = detectQuoting(head.text, { delimiter, comment })
  const isQuoted = hints.quoteSign !== undefined && hints.quoteSign !== '"'
  const quotes = hints.quotes ?? (isQuoted ? 'doubled' : detected.quotes)
  const quoteSign = hints.quoteSign ?? (hints.quotes === undefined ? detected.quoteSign : '"')
  const dialect = { delimiter, quotes, quoteSign, comment }
  const split = (skipLines: number) => splitRecords(head.text, { ...dialect, skipLines }, PREVIEW_RECORDS)
  const skipLines = hints.skipLines ?? preambleLines(split(0))
  const records = split(skipLines)
  const first = records[0]
  const minimum = hints.minimumColumns ?? 2
  if (!first || first.fields.length < minimum) throw oneColumn(file, delimiter, records)
  if (first.fields.length > MAX_COLUMNS) throw tooManyColumns(file, first)
  const header = hints.header ?? hasHeader(records, hints.names ?? [])
  const rows = header ? records.slice(1) : records
  const trailing = trailingDelimiter(first, rows, header)
  const named = header
    ? headerNames({ ...first, fields: first.fields.slice(0, trailing.columns) }, rows, file)
    : { names: first.fields.map((_, at) => `column_${at + 1}`), unnamed: [], notes: [] }
  const recBole = header && delimiter === '\t' ? recBoleColumns(named.names) : null
  const names = recBole?.names ?? named.names
  const { unnamed } = named
  const present = names.map((_, at) =>
    rows.map((row) => presentValue(row.fields[at] ?? '', missingValues).trim()).filter((text) => text !== ''),
  )
  const guess = detectNumbers(present)
  const numbers = {
    decimal: hints.decimal ?? guess.decimal,
    thousands:
      hints.thousands ??
      (hints.decimal === undefined || hints.decimal === guess.decimal ? guess.thousands : ''),
  }
  const layout = {
    ...common,
    ...dialect,
    ...numbers,
    format: recBole ? ('recbole' as const) : delimiter === '\t' ? ('tsv' as const) : ('csv' as const),
    skipLines,
    header,
    names,
    unnamed,
    ...(recBole && { hints: recBole.hints }),
    trailingDelimiter: trailing.dropped,
    records: rows,
  }
  const notes = [...readingNotes(head, layout, hints, guess), ...named.notes, ...raggedRows(rows, layout)]
  return { ...layout, notes }
}

/** The layout of a file that is no delimited text, whose settings of reading have no meaning. */
function tableLayout(
  file: string,
  fileBytes: number,
  { format, compression, columns, records, notes }: TablePreview,
  hints: LayoutHints,
): Layout {
  const names = columns.map(({ name }) => name)
  const where = { file, row: 1 }
  if (names.length < (hints.minimumColumns ?? 2)) {
    const found = names.length === 0 ? 'no column' : `only the column ${names[0]}`
    const message = `${file}: it has ${found}. A label and at least one more column are needed.`
    throw new StudioError('InvalidArgument', message, where)
  }
  if (names.length > MAX_COLUMNS) throw tooManyColumns(file, { line: 1, fields: names })
  refuseNames(names, 1, file)
  const repeated = firstRepeated(names)
  if (repeated !== undefined) {
    const message = `${file}: two columns are named ${repeated}. Rename one of them.`
    throw new StudioError('InvalidArgument', message, { ...where, column: repeated })
  }
  return {
    file,
    fileBytes,
    format,
    delimiter: ',',
    quotes: 'none',
    encoding: 'utf-8',
    quoteSign: '"',
    decimal: '.',
    thousands: '',
    comment: '',
    skipLines: 0,
    shortRows: 'reject',
    longRows: 'reject',
    header: true,
    missingValues: hints.missingValues ?? DEFAULT_MISSING_VALUES,
    trailingDelimiter: false,
    names,
    unnamed: [],
    hints: columns,
    records,
    notes: [...compressionNotes(compression), ...notes],
  }
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

function tooManyColumns(file: string, { line, fields }: Pick<TextRecord, 'line' | 'fields'>): StudioError {
  const message = `${file}, row ${line}: it has ${fields.length} columns; at most ${MAX_COLUMNS} can be imported.`
  return new StudioError('InvalidArgument', message, { file, row: line })
}

function oneColumn(file: Head['file'], delimiter: string, records: TextRecord[]): StudioError {
  const line = records[0]?.line ?? 1
  const shown = separatorText(delimiter)
  const width = records
    .slice(1, 50)
    .reduce((most, { fields }) => (fields.length > most ? fields.length : most), 1)
  const message =
    width > 1
      ? `it has one field, but other rows have ${width}, separated by ${shown}. If it is neither a header nor data, skip it (--skip-lines ${line}).`
      : `it has only one column when separated by ${shown}. A label and at least one more column are needed; choose the separator (--delimiter).`
  return new StudioError('InvalidArgument', `${file}, row ${line}: ${message}`, { file, row: line })
}
