import { importFormat, type ImportRequest } from '../contract/datasets.ts'
import { parquetUnsupported } from '../datasets/sniffing/foreign-formats.ts'
import { UsageError, type OptionSpec, type OptionValues } from './command.ts'

/** Options that say how files are read. What is not given is detected. */
export const readingOptions: Record<string, OptionSpec> = {
  format: {
    type: 'string',
    value: 'FORMAT',
    help: `${importFormat.options.join('|')}; a format that you name is always read as text (default auto)`,
  },
  delimiter: { type: 'string', value: 'SIGN', help: 'the field delimiter; tab for a tab' },
  quote: { type: 'string', choices: ['none', 'doubled', 'backslash'], help: 'how fields are quoted' },
  encoding: {
    type: 'string',
    choices: ['utf-8', 'latin1', 'utf-16'],
    help: 'text encoding; latin1 is read as Windows-1252',
  },
  decimal: { type: 'string', choices: ['.', ','], help: 'the decimal sign of numbers' },
  header: { type: 'string', choices: ['yes', 'no'], help: 'whether the first row names the columns' },
  comment: {
    type: 'string',
    value: 'SIGN',
    help: 'skip lines that start with this character; empty for none',
  },
  missing: {
    type: 'string',
    value: 'TEXT,..',
    help: 'texts that mean a missing value, besides the empty field (default NA, NaN, NULL, \\N, -, ? and similar); empty for none',
  },
}

/** Throws UsageError with the name of the option. */
export function readingFrom(options: OptionValues): Pick<ImportRequest, 'format'> & {
  reading: NonNullable<ImportRequest['reading']>
} {
  const missing = options.text('missing')
  const header = options.text('header')
  const reading = {
    delimiter: oneSign(options, 'delimiter', { tab: '\t', '\\t': '\t' }),
    quotes: options.text('quote') as 'none' | 'doubled' | 'backslash' | undefined,
    encoding: options.text('encoding') as 'utf-8' | 'latin1' | 'utf-16' | undefined,
    decimal: options.text('decimal') as '.' | ',' | undefined,
    comment: options.text('comment') === '' ? '' : oneSign(options, 'comment'),
    header: header === undefined ? undefined : header === 'yes',
    missingValues: missing
      ?.split(',')
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  }
  const given = Object.entries(reading).filter(([, value]) => value !== undefined)
  return { format: formatFrom(options), reading: Object.fromEntries(given) }
}

function oneSign(
  options: OptionValues,
  name: string,
  words: Record<string, string> = {},
): string | undefined {
  const text = options.text(name)
  if (text === undefined) return undefined
  const sign = Object.hasOwn(words, text) ? words[text] : text
  if (sign?.length === 1) return sign
  throw new UsageError(`--${name} is ${text}; it must be a single character.`, name)
}

function formatFrom(options: OptionValues): ImportRequest['format'] {
  const text = options.text('format') ?? 'auto'
  if (text === 'parquet') throw parquetUnsupported('The file')
  const format = importFormat.safeParse(text)
  if (format.success) return format.data
  throw new UsageError(`--format is ${text}; it must be one of ${importFormat.options.join(', ')}.`, 'format')
}
