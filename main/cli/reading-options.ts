import { importFormat, type ImportRequest } from '../contract/datasets.ts'
import { isSeparator } from '../contract/separators.ts'
import { textEncodingNames, type TextEncoding } from '../contract/text-encodings.ts'
import { recipeName } from '../contract/recipes.ts'
import { UsageError, type OptionSpec, type OptionValues } from './command.ts'

/** Other names of encodings that people use. */
const ALIASES: Record<string, string> = {
  utf8: 'utf-8',
  utf16: 'utf-16',
  'utf-16le': 'utf-16',
  'utf-16be': 'utf-16',
  'latin-1': 'latin1',
  'iso-8859-1': 'latin1',
  cp1252: 'latin1',
  'windows-1252': 'latin1',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1253: 'windows-1253',
  cp1254: 'windows-1254',
  sjis: 'shift-jis',
  shift_jis: 'shift-jis',
  cp932: 'shift-jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  cp866: 'ibm866',
  'euc-cn': 'gb18030',
}

/** What the FILE of a command that reads data may be. */
export const FILE_NOTE =
  "FILE may be a folder, which stands for the files in it, or a pattern in quotes, such as 'logs/*.csv.gz'. What is read of " +
  'each format, and its limits, are in docs/file-formats.md.'

/** Options that say how files are read. What is not given is detected. */
export const readingOptions: Record<string, OptionSpec> = {
  format: {
    type: 'string',
    value: 'FORMAT',
    help: `${importFormat.options.join('|')}; a file is read in the format that you name, whatever its content is like (default auto)`,
  },
  recipe: {
    type: 'string',
    choices: recipeName.options,
    help: 'how the files of a well-known dataset are imported',
  },
  delimiter: {
    type: 'string',
    value: 'SIGN',
    help: 'the field delimiter, such as , or ::; tab for a tab, spaces for runs of spaces, \\x01 for U+0001',
  },
  quote: { type: 'string', choices: ['none', 'doubled', 'backslash'], help: 'how fields are quoted' },
  'quote-sign': { type: 'string', value: 'SIGN', help: `the sign around quoted fields (default " or ')` },
  encoding: {
    type: 'string',
    value: 'NAME',
    help: `text encoding: ${textEncodingNames.join(', ')}; latin1 is read as Windows-1252`,
  },
  decimal: { type: 'string', choices: ['.', ','], help: 'the decimal sign of numbers' },
  thousands: {
    type: 'string',
    value: 'SIGN',
    help: 'the sign between groups of digits; space for a space, none if there is none',
  },
  header: { type: 'string', choices: ['yes', 'no'], help: 'whether the first row names the columns' },
  comment: {
    type: 'string',
    value: 'SIGN',
    help: 'skip lines that start with this, such as # or //; empty for none',
  },
  'skip-lines': { type: 'string', value: 'N', help: 'how many lines to skip at the beginning of each file' },
  'short-rows': {
    type: 'string',
    choices: ['reject', 'fill'],
    help: 'rows with too few fields: reject them, or fill the end with missing values (default reject)',
  },
  'long-rows': {
    type: 'string',
    choices: ['reject', 'cut'],
    help: 'rows with too many fields: reject them, or cut them (default reject)',
  },
  missing: {
    type: 'string',
    value: 'TEXT,..',
    help: 'texts that mean a missing value, besides the empty field (default NA, NaN, NULL, \\N, -, ? and similar); empty for none',
  },
}

/** Throws UsageError with the name of the option. */
export function readingFrom(options: OptionValues): Pick<ImportRequest, 'format' | 'recipe'> & {
  reading: NonNullable<ImportRequest['reading']>
} {
  const missing = options.text('missing')
  const header = options.text('header')
  const reading = {
    delimiter: delimiterFrom(options),
    quotes: options.text('quote') as 'none' | 'doubled' | 'backslash' | undefined,
    quoteSign: oneSign(options, 'quote-sign'),
    encoding: encodingFrom(options),
    decimal: options.text('decimal') as '.' | ',' | undefined,
    thousands: options.text('thousands') === 'none' ? '' : oneSign(options, 'thousands', { space: ' ' }),
    comment: options.text('comment'),
    skipLines: options.number('skip-lines', { min: 0, max: 1000, whole: true }),
    shortRows: options.text('short-rows') as 'reject' | 'fill' | undefined,
    longRows: options.text('long-rows') as 'reject' | 'cut' | undefined,
    header: header === undefined ? undefined : header === 'yes',
    missingValues: missing
      ?.split(',')
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  }
  const given = Object.entries(reading).filter(([, value]) => value !== undefined)
  const recipe = recipeName.safeParse(options.text('recipe')).data
  return { format: formatFrom(options), ...(recipe && { recipe }), reading: Object.fromEntries(given) }
}

/** A separator as it is written in a shell, where control characters are escaped. */
function delimiterFrom(options: OptionValues): string | undefined {
  const text = options.text('delimiter')
  if (text === undefined) return undefined
  if (text === 'tab') return '\t'
  const sign = text
    .replace(/\\t/g, '\t')
    .replace(/\\(?:x|u00)([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  if (isSeparator(sign)) return sign
  const needed = 'one or a few characters such as , or ::, or the words tab or spaces'
  throw new UsageError(`--delimiter is ${text}; it must be ${needed}.`, 'delimiter')
}

function encodingFrom(options: OptionValues): TextEncoding | undefined {
  const text = options.text('encoding')
  if (text === undefined) return undefined
  const name = text.toLowerCase()
  const found = textEncodingNames.find((encoding) => encoding === (ALIASES[name] ?? name))
  if (found) return found
  throw new UsageError(
    `--encoding is ${text}; it must be one of ${textEncodingNames.join(', ')}.`,
    'encoding',
  )
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
  const format = importFormat.safeParse(text)
  if (format.success) return format.data
  throw new UsageError(`--format is ${text}; it must be one of ${importFormat.options.join(', ')}.`, 'format')
}
