/** What a person should know of how a dataset's files were read. */
import { z } from 'zod'
import type { DatasetManifest } from './manifest.ts'

/** Columns that a note names. */
const NOTED_COLUMNS = 8

const storedNotes = z.array(z.string())

/** How the files were read and what was guessed, then the texts that were read as missing values. */
export function importNotes({
  provenance,
  columns,
}: Pick<DatasetManifest, 'provenance' | 'columns'>): string[] {
  return [...(storedNotes.safeParse(provenance.notes).data ?? []), ...missingTextsNote(columns)]
}

/** A note for the window, which has fields where the command line has options and schemas. */
export function withoutOptions(note: string): string {
  return note.replace(/ \((--[^)]*|[^)]* in a schema)\)/g, '')
}

/** A text that means something else in a column, such as NA for Namibia, must not go unseen. */
function missingTextsNote(columns: DatasetManifest['columns']): string[] {
  const counted = columns.flatMap(({ name, missingTexts = [] }) =>
    missingTexts.length === 0
      ? []
      : [
          `${name}: ${missingTexts.map(({ value, count }) => `${count.toLocaleString('en')} × ${value}`).join(', ')}`,
        ],
  )
  if (counted.length === 0) return []
  const more = counted.length > NOTED_COLUMNS ? ` and ${counted.length - NOTED_COLUMNS} more columns` : ''
  return [
    `Read as missing values: ${counted.slice(0, NOTED_COLUMNS).join('; ')}${more}. If such a text is a category, ` +
      'remove it from the missing values (--missing).',
  ]
}
