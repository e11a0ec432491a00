import type { ImportSpec } from '../../native/index.ts'
import { isTableFormat } from '../contract/format-names.ts'
import type { Layout } from './sniffing/layout.ts'

/** How the native importer is to read files of this layout. */
export function readingSpec(layout: Layout) {
  const { delimiter, quotes, quoteSign, header, encoding, decimal, thousands, comment } = layout
  const { skipLines, trailingDelimiter, shortRows, longRows, missingValues } = layout
  return {
    ...(isTableFormat(layout.format) && { table: layout.format }),
    delimiter,
    quotes: quotes !== 'none',
    ...(quotes === 'backslash' && { backslashQuotes: true }),
    ...(quoteSign !== '"' && { quoteSign }),
    header,
    ...(encoding !== 'utf-8' && { encoding }),
    ...(decimal === ',' && { decimalComma: true }),
    ...(thousands !== '' && { thousands }),
    ...(comment !== '' && { comment }),
    ...(skipLines > 0 && { skipLines }),
    ...(shortRows === 'fill' && { fillShortRows: true }),
    ...(longRows === 'cut' && { cutLongRows: true }),
    ...(trailingDelimiter && { trailingDelimiter }),
    missingValues,
  } satisfies Partial<ImportSpec>
}
