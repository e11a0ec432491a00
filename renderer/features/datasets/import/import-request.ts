import type { FilePreview, ImportRequest, SplitChoice } from '../../../../main/contract/datasets.ts'
import { columnChoice, type ColumnDraft } from './column-draft.ts'

export interface ImportChoices {
  name: string
  files: string[]
  preview: FilePreview
  columns: ColumnDraft[]
  split: SplitChoice
  maxRejectedPercent: number
}

/** What the engine is asked for. Criteo's columns are fixed, so that it gets no schema. */
export function importRequestOf(choices: ImportChoices): ImportRequest {
  const { name, files, preview, columns, split, maxRejectedPercent } = choices
  const { format, delimiter, header } = preview
  const common = { name, files, format, split, maxRejected: maxRejectedPercent / 100 }
  if (format === 'criteo') return common
  return { ...common, schema: { delimiter, header, columns: columns.map(columnChoice) } }
}
