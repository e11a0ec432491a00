import type { FilePreview } from '../contract/datasets.ts'

/** How the text of a file is read, as a layout, a preview and the schema of an import say it. */
export type ReadingSettings = Pick<
  FilePreview,
  'format' | 'delimiter' | 'quotes' | 'encoding' | 'decimal' | 'comment' | 'header' | 'missingValues'
>

/** These settings alone, of a value that has others besides. */
export function readingSettings(value: ReadingSettings): ReadingSettings {
  const { format, delimiter, quotes, encoding, decimal, comment, header, missingValues } = value
  return { format, delimiter, quotes, encoding, decimal, comment, header, missingValues }
}
