import { StudioError } from '../../contract/errors.ts'
import { MAX_COLUMN_NAME } from '../../model/kinds/schema.ts'
import type { TextRecord } from './records.ts'

/** The names that a header gives, and what was changed about them. */
export interface HeaderNames {
  names: string[]
  /** The indices of the columns that the header leaves without a name. */
  unnamed: number[]
  notes: string[]
}

/** The share of rows that have one field more than the header, if it leaves out a first column. */
const NEARLY_ALL = 0.95

/**
 * A name for each column. One that has none is column_1, column_2, …; of two with the same name, the second gets a number. If
 * the rows have one field more than the header, their first one has no name, as R writes tables.
 */
export function headerNames(record: TextRecord, rows: TextRecord[], file: string): HeaderNames {
  const where = { file, row: record.line }
  if (record.malformed || hasOpenQuote(record)) {
    const message = `${file}, row ${record.line}: a quote in the header is not closed. Correct the header.`
    throw new StudioError('InvalidArgument', message, where)
  }
  // Some tools mark the header itself with a hash sign.
  const written = record.fields.map((field, at) => (at === 0 ? field.replace(/^#\s*(?=\S)/, '') : field))
  const isLonger = ({ fields }: TextRecord) =>
    fields.length === written.length + 1 && fields.at(-1)?.trim() !== ''
  const longer = rows.filter(isLonger).length
  const lacksFirst = rows.length > 0 && longer >= rows.length * NEARLY_ALL
  const fields = (lacksFirst ? ['', ...written] : written).map((field) => field.trim())
  const given = new Set(fields)
  const filled = fields.map((field, at) => field || unusedName(`column_${at + 1}`, given))
  const { names, notes } = different(filled, given)
  refuseNames(names, record.line, file)
  return {
    names,
    unnamed: fields.flatMap((field, at) => (field === '' ? [at] : [])),
    notes: [
      ...notes,
      ...(lacksFirst
        ? [
            `Rows have one field more than row ${record.line} has names; the first column is called ${names[0]}.`,
          ]
        : []),
    ],
  }
}

/** Numbers the names that come again: x, x_2, x_3. */
function different(fields: string[], given: Set<string>): Pick<HeaderNames, 'names' | 'notes'> {
  const counts = new Map<string, number>()
  const notes: string[] = []
  const names = fields.map((name) => {
    let count = (counts.get(name) ?? 0) + 1
    if (count > 1) while (given.has(`${name}_${count}`)) count++
    counts.set(name, count)
    if (count === 1) return name
    const unique = `${name}_${count}`
    given.add(unique)
    notes.push(`Several columns are named ${name}; a further one is called ${unique}.`)
    return unique
  })
  return { names, notes }
}

/** Throws InvalidArgument for a name that no column can have. */
export function refuseNames(names: string[], line: number, file: string): void {
  const invalid = names.find((name) => name.includes('\uFFFD'))
  if (invalid !== undefined) {
    const message = `${file}, row ${line}, column ${invalid}: the header has bytes that are no text in this encoding. Choose the file's encoding (--encoding), or save it as UTF-8.`
    throw new StudioError('InvalidArgument', message, { file, row: line, column: invalid })
  }
  const long = names.findIndex((name) => name.length > MAX_COLUMN_NAME)
  const tooLong = names[long]
  if (tooLong === undefined) return
  const message =
    `${file}, row ${line}: the name of column ${long + 1} has ${tooLong.length} characters; at most ` +
    `${MAX_COLUMN_NAME} are possible. Shorten it, or say that the file has no header.`
  throw new StudioError('InvalidArgument', message, { file, row: line, column: tooLong })
}

/** A name for a column that has none, which is not another's. */
function unusedName(name: string, given: ReadonlySet<string>): string {
  return given.has(name) ? unusedName(`${name}_unnamed`, given) : name
}

/** Text in a row may begin with a quote sign; in a name it is a mistake. */
function hasOpenQuote({ fields, quoted }: TextRecord): boolean {
  return quoted === 0 && fields.some((field) => /^"[^"]*$/.test(field))
}
