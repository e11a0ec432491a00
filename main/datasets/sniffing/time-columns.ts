import { nativeAddon, type DetectedTime } from '../../../native/index.ts'
import type { TimeFormat } from '../../contract/datasets.ts'
import { isNumberText } from './number-text.ts'
import type { RoleGuess } from './roles-by-name.ts'

const TIME_NAME =
  /(^|[_.\s-])(timestamp|time|times|date|datetime|ts|dt|day|hour|month|clock|epoch)$|(Time|Timestamp|Date|At)$|[_.\s-](at|on|ms|us|ns|sec|secs|seconds)$/
/** Names of numbers that grow with time, whatever their unit. */
const ORDER_NAME = /(^|[_.\s-])(timestamp|ts|datetime)$|Timestamp$/
/** Numbers that ascend this often are rather times than ids. */
const MANY_TIMES = 20
/** A column with this share of numbers can be sorted by them; the other rows are rejected one by one. */
const NUMBERS = 0.98

const formatTexts: Record<TimeFormat, string> = {
  iso: 'dates or times',
  dayFirst: 'dates with the day first',
  monthFirst: 'dates with the month first',
  monthName: 'dates with the names of months',
  compact: 'dates without signs between their parts',
  compactHour: 'hours such as 14102100',
  seconds: 'seconds since 1970',
  milliseconds: 'milliseconds since 1970',
  microseconds: 'microseconds since 1970',
  nanoseconds: 'nanoseconds since 1970',
  number: 'numbers',
}
const WRITTEN_OUT: readonly TimeFormat[] = ['iso', 'dayFirst', 'monthFirst', 'monthName']

export interface ColumnTimes {
  /** undefined if the values are neither times nor numbers. */
  format: TimeFormat | undefined
  /** null if they are no times. */
  detected: DetectedTime | null
}

/** How a column's first values, which are empty if missing, can be sorted by time. */
export function columnTimes(values: string[], decimal: '.' | ','): ColumnTimes {
  const present = values.filter((value) => value.trim() !== '')
  const detected = JSON.parse(nativeAddon().detectTime(present, decimal === ',')) as DetectedTime | null
  const numbers = present.filter((value) => isNumberText(value, decimal)).length
  const isNumeric = present.length > 0 && numbers >= present.length * NUMBERS
  return { format: detected?.format ?? (isNumeric ? 'number' : undefined), detected }
}

/** The role time with its reason, or null if the column's name and values do not suggest it. */
export function roleByTimes(name: string, { format, detected }: ColumnTimes): RoleGuess | null {
  if (format === undefined) return null
  const text = formatTexts[format]
  if (detected && WRITTEN_OUT.includes(format)) {
    const doubt = detected.ambiguous ? ', although the day could come first as well' : ''
    return { role: 'time', because: `its values are ${text}${doubt}`, certain: !detected.ambiguous }
  }
  const lower = name.toLowerCase()
  if (detected && (TIME_NAME.test(lower) || TIME_NAME.test(name))) {
    return { role: 'time', because: `its name is ${name} and its values are ${text}`, certain: true }
  }
  if (detected && !format.startsWith('compact') && detected.ascending && detected.distinct >= MANY_TIMES) {
    return { role: 'time', because: `its values ascend and could be ${text}`, certain: false }
  }
  if (!detected && (ORDER_NAME.test(lower) || ORDER_NAME.test(name))) {
    return { role: 'time', because: `its name is ${name} and its values are numbers`, certain: false }
  }
  return null
}

/** A note on dates that may be read in the wrong order. */
export function ambiguityNote(name: string, { detected }: ColumnTimes): string[] {
  if (!detected?.ambiguous) return []
  return [
    `The dates of column ${name} are read with the month first. If the day comes first, choose that (timeFormat in a schema).`,
  ]
}
