import type { FilePreview, ImportRequest, SplitChoice } from '../../../../main/contract/datasets.ts'
import type { ChosenFile } from '../../../../main/contract/file-handles.ts'
import { columnChoice, type ColumnDraft } from './column-draft.ts'

/** The choices of the wizard. */
export interface ImportChoices {
  name: string
  files: readonly ChosenFile[]
  preview: FilePreview
  columns: ColumnDraft[]
  split: SplitChoice
  maxRejectedPercent: number
}

/** Builds the request to the engine. Criteo's columns are fixed, so it gets no schema. */
export function importRequestOf(choices: ImportChoices): ImportRequest {
  const { name, files, preview, columns, split, maxRejectedPercent } = choices
  const { format, delimiter, quotes, encoding, decimal, comment, header, missingValues } = preview
  const common = {
    name,
    files: files.map(({ handle }) => handle),
    format,
    split,
    maxRejected: maxRejectedPercent / 100,
  }
  if (format === 'criteo') return { ...common, reading: { encoding, comment, missingValues } }
  const reading = { delimiter, quotes, encoding, decimal, comment, header, missingValues }
  return { ...common, schema: { ...reading, columns: columns.map(columnChoice) } }
}
