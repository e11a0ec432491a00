import type { FilePreview, ImportRequest } from '../../contract/datasets.ts'
import { StudioError } from '../../contract/errors.ts'
import { firstRepeated } from '../first-repeated.ts'
import { criteoColumns, looksLikeCriteo } from './criteo.ts'
import { detectDelimiter } from './delimiter.ts'
import { readHead, type Head } from './head.ts'
import { hasHeader } from './header.ts'
import { splitRecords, type TextRecord } from './records.ts'

/** How a file is laid out, and its first rows. */
export interface Layout {
  file: string
  fileBytes: number
  format: FilePreview['format']
  delimiter: string
  quotes: boolean
  header: boolean
  /** One a column: from the header, Criteo's, or column_1, column_2, … */
  names: string[]
  /** The first data rows. */
  records: TextRecord[]
}

/** What is known before looking; the rest is detected. */
export interface LayoutHints {
  format: ImportRequest['format']
  delimiter?: string | undefined
  header?: boolean | undefined
  /** Column names that the user gave: a first row with all of them is a header. */
  names?: string[] | undefined
}

const PREVIEW_RECORDS = 2000
const MAX_COLUMNS = 100_000
const CRITEO_SAMPLE = 100

/** Reads the file's first megabyte. Throws a StudioError for anything that is no table of at least two columns. */
export async function readLayout(file: string, hints: LayoutHints, maxBytes?: number): Promise<Layout> {
  const head = await readHead(file, maxBytes)
  const { fileBytes } = head
  const tabbed = splitRecords(head.text, '\t', false, PREVIEW_RECORDS)
  if (tabbed.length === 0)
    throw new StudioError('InvalidArgument', `${file} holds blank lines only.`, { file })
  if (isCriteo(hints, tabbed)) {
    const names = criteoColumns().map((column) => column.name)
    const criteo = { format: 'criteo', delimiter: '\t', quotes: false, header: false } as const
    return { file, fileBytes, ...criteo, names, records: tabbed }
  }
  const delimiter = hints.delimiter ?? detectDelimiter(head, hints.format)
  const records = splitRecords(head.text, delimiter, true, PREVIEW_RECORDS)
  const first = records[0]
  if (!first || first.fields.length < 2) throw oneColumn(head, delimiter)
  if (first.fields.length > MAX_COLUMNS) throw tooManyColumns(file, first)
  const header = hints.header ?? hasHeader(records, hints.names ?? [])
  const names = header ? headerNames(first, file) : first.fields.map((_, at) => `column_${at + 1}`)
  const format = delimiter === '\t' ? 'tsv' : 'csv'
  return {
    file,
    fileBytes,
    format,
    delimiter,
    quotes: true,
    header,
    names,
    records: header ? records.slice(1) : records,
  }
}

function isCriteo(hints: LayoutHints, tabbed: TextRecord[]): boolean {
  if (hints.format === 'criteo') return true
  if (hints.format !== 'auto' || hints.header || (hints.delimiter ?? '\t') !== '\t') return false
  return looksLikeCriteo(tabbed.slice(0, CRITEO_SAMPLE))
}

function headerNames(record: TextRecord, file: string): string[] {
  const where = { file, row: record.line }
  if (record.malformed) {
    const message = `${file}, row ${record.line}: a quote in the header is not closed. Fix the header.`
    throw new StudioError('InvalidArgument', message, where)
  }
  const names = record.fields.map((field, at) => field.trim() || `column_${at + 1}`)
  const invalid = names.find((name) => name.includes('\uFFFD'))
  if (invalid !== undefined) {
    const message = `${file}, row ${record.line}, column ${invalid}: the header is not valid UTF-8. Save the file as UTF-8.`
    throw new StudioError('InvalidArgument', message, { ...where, column: invalid })
  }
  const repeated = firstRepeated(names)
  if (repeated !== undefined) {
    const message = `${file}, row ${record.line}: two columns are named ${repeated}. Rename one of them.`
    throw new StudioError('InvalidArgument', message, { ...where, column: repeated })
  }
  return names
}

function tooManyColumns(file: string, { line, fields }: TextRecord): StudioError {
  const message = `${file}, row ${line}: it has ${fields.length} columns; at most ${MAX_COLUMNS} can be imported.`
  return new StudioError('InvalidArgument', message, { file, row: line })
}

function oneColumn({ file }: Head, delimiter: string): StudioError {
  const shown = delimiter === '\t' ? 'tab' : `"${delimiter}"`
  return new StudioError(
    'InvalidArgument',
    `${file}, row 1: it has one column only when split at ${shown}. A label and at least one more column are ` +
      'needed; check the delimiter.',
    { file, row: 1 },
  )
}
