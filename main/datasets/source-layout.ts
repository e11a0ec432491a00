import { z } from 'zod'
import type { ImportSpec } from '../../native/index.ts'
import { tableFormat } from '../contract/datasets.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { textEncodingNames } from '../contract/text-encodings.ts'

/** The layout of a dataset's source files, so that further files can be read in the same way. */
const sourceLayout = z.object({
  delimiter: z.string(),
  quotes: z.boolean(),
  header: z.boolean(),
  /** Names in file order, including ignored columns. */
  columns: z.array(z.string()),
  /** These are absent if an earlier version created the dataset. */
  backslashQuotes: z.boolean().optional(),
  encoding: z.enum(textEncodingNames).optional(),
  quoteSign: z.string().optional(),
  decimalComma: z.boolean().optional(),
  thousands: z.string().optional(),
  comment: z.string().optional(),
  skipLines: z.int().optional(),
  trailingDelimiter: z.boolean().optional(),
  fillShortRows: z.boolean().optional(),
  cutLongRows: z.boolean().optional(),
  missingValues: z.array(z.string()).optional(),
  /** The format of files that are no delimited text. */
  table: tableFormat.optional(),
  /** By the name of a column that has markers of its own. */
  ownMissingValues: z.record(z.string(), z.array(z.string())).optional(),
})
export type SourceLayout = z.infer<typeof sourceLayout>

/** The specification with its files' layout in the provenance. */
export function withSourceLayout(spec: ImportSpec): ImportSpec {
  const { delimiter, quotes, header, columns, missingValues } = spec
  const { backslashQuotes, quoteSign, encoding, decimalComma, thousands, comment } = spec
  const { table, skipLines, trailingDelimiter, fillShortRows, cutLongRows } = spec
  const own = columns.flatMap((column) =>
    column.missingValues ? [[column.name, column.missingValues] as const] : [],
  )
  const layout: SourceLayout = {
    delimiter,
    quotes,
    header,
    columns: columns.map(({ name }) => name),
    backslashQuotes,
    quoteSign,
    encoding,
    decimalComma,
    thousands,
    comment,
    skipLines,
    trailingDelimiter,
    fillShortRows,
    cutLongRows,
    missingValues,
    table,
    ...(own.length > 0 && { ownMissingValues: Object.fromEntries(own) }),
  }
  return { ...spec, provenance: { ...spec.provenance, layout } }
}

/** null if an earlier version created the dataset. */
export function sourceLayoutOf(manifest: DatasetManifest): SourceLayout | null {
  return sourceLayout.safeParse(manifest.provenance.layout).data ?? null
}
