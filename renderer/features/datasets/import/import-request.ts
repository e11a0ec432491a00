import type { FilePreview, ImportRequest, ImportSchema, SplitChoice } from '../../../../main/contract/datasets.ts'
import type { ChosenFile } from '../../../../main/contract/file-handles.ts'
import { withRemedies, type Remedy } from '../../../../main/contract/remedies.ts'
import { columnChoice, type ColumnDraft } from './column-draft.ts'

/** Texts of a column that are read as missing. */
export type MissingRemedy = Extract<Remedy, { kind: 'missing' }>

/** The choices of the wizard. */
export interface ImportChoices {
  name: string
  files: readonly ChosenFile[]
  preview: FilePreview
  columns: ColumnDraft[]
  split: SplitChoice
  limit: Pick<ImportRequest, 'maxRejected' | 'maxRejectedRows'>
  remedies: readonly MissingRemedy[]
}

/** The choices as the schema with which data import does the same again. */
export function schemaOf({ preview, columns, split }: Pick<ImportChoices, 'preview' | 'columns' | 'split'>): ImportSchema {
  const { format, delimiter, quotes, encoding, decimal, comment, header, missingValues } = preview
  const reading = { format, delimiter, quotes, encoding, decimal, comment, header, missingValues }
  return { ...reading, columns: columns.map(columnChoice), split }
}

/** Builds the request to the engine. Criteo's columns are fixed, so it gets no schema. */
export function importRequestOf(choices: ImportChoices): ImportRequest {
  const { name, files, preview, columns, split, limit } = choices
  const { format, encoding, comment, skipLines, missingValues } = preview
  const common = {
    name,
    files: files.map(({ handle }) => handle),
    format,
    split,
    ...limit,
    ...missingIn(choices),
  }
  if (format === 'criteo' && preview.columns.every(({ role, bucket }) => role !== 'sparse' || !bucket)) return { ...common, reading: { encoding, comment, skipLines, missingValues } }
  const { delimiter, quotes, quoteSign, decimal, thousands, header, shortRows, longRows } = preview
  const reading = {
    delimiter,
    quotes,
    quoteSign,
    encoding,
    decimal,
    thousands,
    comment,
    skipLines,
    header,
    shortRows,
    longRows,
    missingValues,
  }
  return { ...common, schema: { ...reading, columns: columns.map(columnChoice) } }
}

/** The texts of columns that still have values. */
function missingIn({ columns, remedies }: ImportChoices): Pick<ImportRequest, 'missingIn'> {
  const featured = new Set(
    columns.filter(({ role }) => role !== 'label' && role !== 'ignore').map(({ name }) => name),
  )
  const { missingIn } = withRemedies<Pick<ImportRequest, 'reading' | 'missingIn'>>(
    {},
    remedies.filter(({ column }) => featured.has(column)),
  )
  return missingIn ? { missingIn } : {}
}
