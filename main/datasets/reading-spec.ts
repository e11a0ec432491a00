import type { ImportSpec } from '../../native/index.ts'
import type { Layout } from './sniffing/layout.ts'

/** How the native importer is to read files of this layout. */
export function readingSpec(layout: Layout) {
  const { delimiter, quotes, header, encoding, decimal, comment, trailingDelimiter, missingValues } = layout
  return {
    delimiter,
    quotes: quotes !== 'none',
    ...(quotes === 'backslash' && { backslashQuotes: true }),
    header,
    ...(encoding !== 'utf-8' && { encoding }),
    ...(decimal === ',' && { decimalComma: true }),
    ...(comment !== '' && { comment }),
    ...(trailingDelimiter && { trailingDelimiter }),
    missingValues,
  } satisfies Partial<ImportSpec>
}
