import type { FilePreview, PreviewRequest } from '../../contract/datasets.ts'
import { separatorText } from '../../contract/separators.ts'
import { textEncodings } from '../../contract/text-encodings.ts'
import type { NumberGuess } from './decimal.ts'
import type { Head } from './head.ts'

type Reading = Pick<
  FilePreview,
  | 'quotes'
  | 'quoteSign'
  | 'encoding'
  | 'decimal'
  | 'thousands'
  | 'comment'
  | 'delimiter'
  | 'skipLines'
  | 'header'
> & { names: string[] }

/** Separators that need no note. */
const USUAL = new Set([',', ';', '\t', '|'])

/** What was detected in a file's text that a person may want to be read in another way, and the notes about it. */
export function readingNotes(
  head: Head,
  layout: Omit<Reading, 'header'> & { header?: boolean },
  hints: Partial<PreviewRequest>,
  guess?: NumberGuess,
): string[] {
  return [
    ...compressionNotes(head.compression),
    ...encodingNotes(head, layout, hints),
    ...splittingNotes(head, layout, hints),
    ...(guess ? numberNotes(layout, hints, guess) : []),
  ]
}

function encodingNotes(
  head: Head,
  { encoding }: Pick<Reading, 'encoding'>,
  hints: Partial<PreviewRequest>,
): string[] {
  const { notUtf8Line, invalidLine, invalidLines } = head
  const name = textEncodings[encoding]
  const lines = invalidLines === 1 ? 'line' : 'lines'
  const detected =
    hints.encoding !== undefined
      ? []
      : encoding === 'utf-16'
        ? ['The file is read as UTF-16 (--encoding).']
        : encoding !== 'utf-8'
          ? [
              `${notUtf8Line === null ? 'The text' : `Row ${notUtf8Line}`} is not UTF-8, so the file is read as ${name}. If ` +
                'characters look wrong, choose another encoding (--encoding).',
            ]
          : []
  if (invalidLine === null) return detected
  return [
    ...detected,
    `Row ${invalidLine} is not ${name}; such rows are rejected (${invalidLines.toLocaleString('en')} ${lines} so far). If ` +
      'the file is in another encoding, choose it (--encoding).',
  ]
}

function splittingNotes(
  { text }: Head,
  layout: Pick<Reading, 'quotes' | 'quoteSign' | 'comment' | 'delimiter' | 'skipLines'> & {
    header?: boolean
  },
  hints: Partial<PreviewRequest>,
): string[] {
  const { quotes, quoteSign, comment, delimiter, skipLines, header = false } = layout
  const notes: string[] = []
  if (hints.delimiter === undefined && !USUAL.has(delimiter)) {
    notes.push(`Fields are separated by ${separatorText(delimiter)} (--delimiter).`)
  }
  if (skipLines > 0 && hints.skipLines === undefined) {
    const which = skipLines === 1 ? 'The first line is' : `The first ${skipLines} lines are`
    const next = header ? 'names the columns' : 'is data'
    notes.push(
      `${which} skipped, because the table begins below: row ${skipLines + 1} ${next} (--skip-lines).`,
    )
  }
  if (quotes === 'none' && hints.quotes === undefined && /(^|[\n,;|\t])"/.test(text)) {
    notes.push(
      'Quotation marks do not pair up, so they are read as text. If fields are quoted, turn quoting on (--quote doubled).',
    )
  }
  if (quotes !== 'none' && quoteSign === "'" && hints.quoteSign === undefined) {
    notes.push("Fields are quoted with ' (--quote-sign).")
  }
  if (quotes === 'backslash' && hints.quotes === undefined) {
    notes.push('Quotation marks within fields are escaped with a backslash.')
  }
  if (comment !== '' && hints.comment === undefined) {
    notes.push(`Lines that begin with ${comment} are comments and are skipped.`)
  }
  return notes
}

const SIGN_NAMES: Record<string, string> = {
  ',': 'commas',
  '.': 'points',
  "'": 'apostrophes',
  '’': 'apostrophes',
  ' ': 'spaces',
  '\u00a0': 'spaces',
  '\u202f': 'spaces',
  '\u2009': 'spaces',
}

function numberNotes(
  { decimal, thousands, names }: Pick<Reading, 'decimal' | 'thousands' | 'names'>,
  hints: Partial<PreviewRequest>,
  { unclear }: NumberGuess,
): string[] {
  const notes: string[] = []
  if (thousands !== '' && hints.thousands === undefined) {
    notes.push(
      `Thousands are separated by ${SIGN_NAMES[thousands] ?? thousands}. If those signs are something else, say that there are ` +
        'none (--thousands none).',
    )
  }
  if (hints.decimal !== undefined) return notes
  if (decimal === ',')
    notes.push(
      'Numbers have a decimal comma. If those commas are something else, choose the decimal point (--decimal .).',
    )
  if (unclear && hints.thousands === undefined) {
    const { column, value } = unclear
    notes.push(
      `Column ${names[column]} holds ${value}: if that is a decimal comma, choose it (--decimal ,); if it separates ` +
        'thousands, choose that (--thousands ,).',
    )
  }
  return notes
}

export function compressionNotes(compression: string | null | undefined): string[] {
  if (!compression || compression === 'gzip') return []
  return [
    compression === 'zip'
      ? 'The files in the zip archive are read one after the other.'
      : `The file is compressed by ${compression}.`,
  ]
}
