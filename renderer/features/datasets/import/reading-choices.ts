/** The wizard's choices of how a file is read. The empty value means that it is detected. */
import type { FilePreview, PreviewRequest } from '../../../../main/contract/datasets.ts'
import { formatNames, isTableFormat } from '../../../../main/contract/format-names.ts'
import { separatorText, SPACES } from '../../../../main/contract/separators.ts'
import { textEncodingNames, textEncodings } from '../../../../main/contract/text-encodings.ts'

const detect = { value: '' as const, text: 'Detect' }

export const formats: { value: PreviewRequest['format']; text: string }[] = [
  { value: 'auto', text: 'Detect' },
  ...(Object.entries(formatNames) as [FilePreview['format'], string][]).map(([value, text]) => ({
    value,
    text: value === 'libsvm' ? 'libsvm, libfm' : text,
  })),
]
/** The separator is typed. */
export const OTHER = 'other'
export const delimiters = [
  detect,
  { value: ',', text: 'Comma' },
  { value: ';', text: 'Semicolon' },
  { value: '\t', text: 'Tab' },
  { value: '|', text: 'Vertical bar' },
  { value: ' ', text: 'Space' },
  { value: SPACES, text: 'Runs of spaces' },
  { value: '::', text: '::' },
  { value: '||', text: '||' },
  { value: '\u0001', text: 'U+0001 (Hive)' },
  { value: OTHER, text: 'Other…' },
]
export const headers = [detect, { value: 'yes', text: 'Column names' }, { value: 'no', text: 'Data' }]

interface QuotingChoice {
  value: string
  text: string
  quotes?: FilePreview['quotes']
  quoteSign?: string
}
const quoted = (quotes: FilePreview['quotes'], quoteSign: string, text: string): QuotingChoice => ({
  value: `${quotes} ${quoteSign}`,
  text,
  quotes,
  quoteSign,
})
export const quotings: QuotingChoice[] = [
  detect,
  { value: 'none', text: 'Quotes are text', quotes: 'none' },
  quoted('doubled', '"', 'Fields in "…"'),
  quoted('backslash', '"', 'In "…", with \\"'),
  quoted('doubled', "'", "Fields in '…'"),
  quoted('backslash', "'", "In '…', with \\'"),
]

export const encodings: { value: FilePreview['encoding'] | ''; text: string }[] = [
  detect,
  ...textEncodingNames.map((value) => ({ value, text: textEncodings[value] })),
]

interface NumberChoice {
  value: string
  text: string
  decimal?: FilePreview['decimal']
  thousands?: string
}
const numbers = (decimal: FilePreview['decimal'], thousands: string, text: string): NumberChoice => ({
  value: decimal + thousands,
  text,
  decimal,
  thousands,
})
export const numberFormats: NumberChoice[] = [
  detect,
  numbers('.', '', '1234.5'),
  numbers(',', '', '1234,5'),
  numbers('.', ',', '1,234.5'),
  numbers(',', '.', '1.234,5'),
  numbers(',', ' ', '1 234,5'),
  numbers('.', ' ', '1 234.5'),
  numbers(',', '\u00a0', '1 234,5 (no-break space)'),
  numbers(',', '\u202f', '1 234,5 (narrow space)'),
  numbers('.', "'", "1'234.5"),
  numbers('.', '’', '1’234.5'),
]
export const comments = [
  detect,
  { value: 'none', text: 'None' },
  ...['#', '//', '--', '%', ';'].map((sign) => ({ value: sign, text: `Lines that begin with ${sign}` })),
]
export const shortRowChoices: { value: FilePreview['shortRows'] | ''; text: string }[] = [
  { value: '', text: 'Reject' },
  { value: 'fill', text: 'Missing at the end' },
]
export const longRowChoices: { value: FilePreview['longRows'] | ''; text: string }[] = [
  { value: '', text: 'Reject' },
  { value: 'cut', text: 'Drop the end' },
]

/** Describes the format of a preview's file in a sentence. */
export function layoutText(preview: FilePreview, columns: string): string {
  const { delimiter, header, quotes, quoteSign, encoding, decimal, thousands, skipLines } = preview
  if (isTableFormat(preview.format)) return `${formatNames[preview.format]}, ${columns}.`
  const numberText = numberFormats.find((item) => item.value === decimal + thousands)?.text
  const properties = [
    `${formatNames[preview.format]}, separated by ${separatorText(delimiter)}`,
    header ? 'the first row names the columns' : 'no row of column names',
    ...(quotes === 'none' ? ['quotes are text'] : []),
    ...(quotes !== 'none' && quoteSign !== '"' ? [`fields in ${quoteSign}…${quoteSign}`] : []),
    ...(encoding === 'utf-8' ? [] : [textEncodings[encoding]]),
    ...(thousands !== '' ? [`numbers like ${numberText ?? `1${thousands}234${decimal}5`}`] : []),
    ...(decimal === ',' && thousands === '' ? ['decimal commas'] : []),
    ...(skipLines > 0 ? [`${skipLines} ${skipLines === 1 ? 'line' : 'lines'} skipped`] : []),
    columns,
  ]
  return `${properties.join(', ')}.`
}

/** Gives the texts of a field such as "NA, -", which are none for an empty field. */
export function missingValuesOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
