/** The wizard's choices of how a file is read. The empty value means that it is detected. */
import type { FilePreview } from '../../../../main/contract/datasets.ts'

export const delimiters = [
  { value: '', text: 'Detect' },
  { value: ',', text: 'Comma' },
  { value: ';', text: 'Semicolon' },
  { value: '\t', text: 'Tab' },
  { value: '|', text: 'Vertical bar' },
  { value: ' ', text: 'Space' },
]
export const headers = [
  { value: '', text: 'Detect' },
  { value: 'yes', text: 'Column names' },
  { value: 'no', text: 'Data' },
]
export const quotings: { value: FilePreview['quotes'] | ''; text: string }[] = [
  { value: '', text: 'Detect' },
  { value: 'none', text: 'Quotes are text' },
  { value: 'doubled', text: 'Quoted fields' },
  { value: 'backslash', text: 'Quoted, with \\"' },
]
export const encodings: { value: FilePreview['encoding'] | ''; text: string }[] = [
  { value: '', text: 'Detect' },
  { value: 'utf-8', text: 'UTF-8' },
  { value: 'latin1', text: 'Latin-1 (Windows)' },
  { value: 'utf-16', text: 'UTF-16' },
]
export const decimals: { value: FilePreview['decimal'] | ''; text: string }[] = [
  { value: '', text: 'Detect' },
  { value: '.', text: 'Point: 1.5' },
  { value: ',', text: 'Comma: 1,5' },
]

/** Describes the format of a preview's file in a sentence. */
export function layoutText(preview: FilePreview, columns: string): string {
  const { delimiter, header, quotes, encoding, decimal } = preview
  const separator = delimiters.find((item) => item.value === delimiter)?.text.toLowerCase() ?? delimiter
  const properties = [
    `${preview.format.toUpperCase()}, separated by ${separator}`,
    header ? 'the first row names the columns' : 'no row of column names',
    ...(quotes === 'none' ? ['quotes are text'] : []),
    ...(encoding === 'latin1' ? ['Latin-1'] : []),
    ...(encoding === 'utf-16' ? ['UTF-16'] : []),
    ...(decimal === ',' ? ['decimal commas'] : []),
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
