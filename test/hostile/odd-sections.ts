/** All odd files, by what is odd about them, as docs/odd-files.md lists them. */
import { malformedFiles, type MalformedFile } from './malformed-files.ts'
import { oddDialects } from './odd-dialects.ts'
import type { OddFile } from './odd-file.ts'
import { oddNotations } from './odd-notations.ts'
import { oddText } from './odd-text.ts'
import { oddValues } from './odd-values.ts'

interface Section {
  title: string
  read: OddFile[]
  refused: MalformedFile[]
}

const section = (title: string, read: OddFile[], refused: MalformedFile[] = []): Section => ({
  title,
  read,
  refused,
})

export const oddSections: Section[] = [
  section('Lines', oddText.lines),
  section('Separators', [...oddText.separators, ...oddDialects.separators]),
  section('Quotes', [...oddText.quotes, ...oddDialects.quotes]),
  section('Header, and what stands around the table', oddDialects.around),
  section('Rows of other lengths', oddDialects.ragged),
  section('Encodings', [...oddText.encodings, ...oddNotations.encodings]),
  section('Numbers', [...oddValues.numbers, ...oddNotations.numbers]),
  section('Missing values', oddValues.missing),
  section('Labels', oddValues.labels),
  section('First bytes', oddText.beginnings),
  section('One bad row', [], malformedFiles.badRows),
  section('Files that are refused', [], malformedFiles.badFiles),
]

export const oddFiles = oddSections.flatMap(({ read }) => read)
