import { z } from 'zod'
import { columnChoice, type ColumnChoice, type FilePreview, type ImportSchema } from '../contract/datasets.ts'
import { readingSettings } from './reading-settings.ts'

/** A preview's guesses as the schema with which an import does the same. */
export function schemaOf(preview: FilePreview): ImportSchema {
  const { columns, notes, split } = preview
  return {
    ...readingSettings(preview),
    columns: columns.map(choiceOf),
    ...(split && { split }),
    ...(notes.length > 0 && { notes }),
  }
}

function choiceOf(column: FilePreview['columns'][number]): ColumnChoice {
  // The schema of a choice drops what a preview says about a column in addition to it.
  return z.object(columnChoice.shape).parse(column)
}
