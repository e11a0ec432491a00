import type { ReadingSettings } from '../reading-settings.ts'
import type { TextRecord } from './records.ts'

/** What rows of a table should be like. */
interface TableShape extends Pick<ReadingSettings, 'shortRows' | 'longRows'> {
  names: string[]
  /** Whether lines may end with one delimiter more than there are columns. */
  trailingDelimiter: boolean
}

/** Notes on rows of another length than the table, and on what becomes of them. */
export function raggedRows(
  rows: TextRecord[],
  { names, trailingDelimiter, shortRows, longRows }: TableShape,
): string[] {
  const width = names.length
  const whole = rows.filter(({ malformed }) => !malformed)
  const short = whole.filter(({ fields }) => fields.length < width)
  const isEnd = (fields: string[]) => fields.slice(width).every((field) => field.trim() === '')
  const long = whole.filter(({ fields }) => fields.length > width && !(trailingDelimiter && isEnd(fields)))
  return [
    ...noteOn(short, whole.length, 'fewer', width, {
      kept: shortRows === 'fill' && 'their missing fields are read as missing values',
      remedy: 'unless the missing fields at their ends are read as missing values (--short-rows fill)',
    }),
    ...noteOn(long, whole.length, 'more', width, {
      kept: longRows === 'cut' && 'the fields beyond are dropped',
      remedy: 'unless the fields beyond are dropped (--long-rows cut)',
    }),
  ]
}

function noteOn(
  rows: TextRecord[],
  all: number,
  comparison: string,
  width: number,
  { kept, remedy }: { kept: string | false; remedy: string },
): string[] {
  const [first] = rows
  if (!first) return []
  const count = `${rows.length.toLocaleString('en')} of the first ${all.toLocaleString('en')} rows`
  const which = `${count} ${rows.length === 1 ? 'has' : 'have'} ${comparison} fields than ${width} (the first is row ${first.line})`
  return [`${which}; ${kept || `such rows are rejected, ${remedy}`}.`]
}
