import type { FilePreview, PreviewRequest } from '../../contract/datasets.ts'
import type { DecimalGuess } from './decimal.ts'
import type { Head } from './head.ts'

/** What was detected in a file's text that a person may want to be read in another way, and the notes about it. */
export function readingNotes(
  head: Head,
  layout: Pick<FilePreview, 'quotes' | 'encoding' | 'decimal' | 'comment' | 'delimiter'> & {
    names: string[]
  },
  hints: Partial<PreviewRequest>,
  guess?: DecimalGuess,
): string[] {
  const notes: string[] = []
  const { invalidLine, text } = head
  if (invalidLine !== null && layout.encoding === 'latin1' && hints.encoding === undefined) {
    notes.push(
      `Row ${invalidLine} is not UTF-8, so the file is read as Latin-1 (Windows-1252). If characters look wrong, ` +
        'save the file as UTF-8.',
    )
  }
  if (invalidLine !== null && layout.encoding === 'utf-8') {
    notes.push(
      `Row ${invalidLine} is not UTF-8; such rows are rejected. If the file is in Latin-1, choose that encoding ` +
        '(--encoding latin1).',
    )
  }
  if (layout.quotes === 'none' && hints.quotes === undefined && /(^|[\n,;|\t])"/.test(text)) {
    notes.push(
      'Quotation marks do not pair up, so they are read as text. If fields are quoted, turn quoting on (--quote doubled).',
    )
  }
  if (layout.quotes === 'backslash' && hints.quotes === undefined) {
    notes.push('Quotation marks within fields are escaped with a backslash.')
  }
  if (layout.comment !== '' && hints.comment === undefined) {
    notes.push(`Lines that begin with ${layout.comment} are comments and are skipped.`)
  }
  if (guess && hints.decimal === undefined) {
    if (layout.decimal === ',')
      notes.push(
        'Numbers have a decimal comma. If those commas are something else, choose the decimal point (--decimal .).',
      )
    if (guess.unclear) {
      const { column, value } = guess.unclear
      notes.push(
        `Column ${layout.names[column]} holds ${value}: if that is a decimal comma, choose it (--decimal ,); ` +
          'thousands separators have to be removed.',
      )
    }
  }
  return notes
}
