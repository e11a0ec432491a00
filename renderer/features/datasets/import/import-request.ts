import type {
  FilePreview,
  ImportRequest,
  ImportSchema,
  SplitChoice,
} from '../../../../main/contract/datasets.ts'
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
  /** Whether the format alone says what the columns are. */
  fixedColumns: boolean
  columns: ColumnDraft[]
  split: SplitChoice
  limit: Pick<ImportRequest, 'maxRejected' | 'maxRejectedRows'>
  remedies: readonly MissingRemedy[]
}

/** The choices as the schema with which data import does the same again. */
export function schemaOf({
  preview,
  columns,
  split,
  remedies,
}: Pick<ImportChoices, 'preview' | 'columns' | 'split' | 'remedies'>): ImportSchema {
  const own = new Map(Object.entries(missingIn({ columns, remedies }).missingIn ?? {}))
  return {
    format: preview.format,
    ...readingOf(preview),
    columns: columns.map((column) => {
      const values = own.get(column.name)
      const choice = columnChoice(column)
      if (!values) return choice
      return { ...choice, missingValues: [...(choice.missingValues ?? preview.missingValues), ...values] }
    }),
    split,
  }
}

/** Builds the request to the engine. Criteo's columns are fixed unless a recipe gives them, so it gets no schema. */
export function importRequestOf(choices: ImportChoices): ImportRequest {
  const { name, files, preview, columns, split, limit, fixedColumns } = choices
  const { format, encoding, comment, skipLines, missingValues } = preview
  const common = {
    name,
    files: files.map(({ handle }) => handle),
    format,
    split,
    ...limit,
    ...missingIn(choices),
  }
  if (fixedColumns) return { ...common, reading: { encoding, comment, skipLines, missingValues } }
  return { ...common, schema: { ...readingOf(preview), columns: columns.map(columnChoice) } }
}

function readingOf({
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
}: FilePreview) {
  return {
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
}

/** The texts of columns that still have values. */
function missingIn({
  columns,
  remedies,
}: Pick<ImportChoices, 'columns' | 'remedies'>): Pick<ImportRequest, 'missingIn'> {
  const featured = new Set(
    columns.filter(({ role }) => role !== 'label' && role !== 'ignore').map(({ name }) => name),
  )
  const { missingIn } = withRemedies<Pick<ImportRequest, 'reading' | 'missingIn'>>(
    {},
    remedies.filter(({ column }) => featured.has(column)),
  )
  return missingIn ? { missingIn } : {}
}
