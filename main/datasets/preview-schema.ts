import type { ColumnChoice, FilePreview, ImportSchema } from '../contract/datasets.ts'

/** What a preview guesses, as the schema with which an import does just that. */
export function schemaOf(preview: FilePreview): ImportSchema {
  const { format, delimiter, quotes, encoding, decimal, comment, header, missingValues, notes } = preview
  return {
    ...{ format, delimiter, quotes, encoding, decimal, comment, header, missingValues },
    columns: preview.columns.map(choiceOf),
    ...(notes.length > 0 && { notes }),
  }
}

function choiceOf({
  examples: _examples,
  distinct: _distinct,
  missingShare: _missingShare,
  missingTexts: _missingTexts,
  guessedBecause: _guessedBecause,
  ...choice
}: FilePreview['columns'][number]): ColumnChoice {
  return choice
}
