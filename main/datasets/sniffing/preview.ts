import type { ColumnChoice, FilePreview, PreviewRequest } from '../../contract/datasets.ts'
import { withDefaults } from '../column-defaults.ts'
import { criteoColumns } from './criteo.ts'
import { readLayout, type Layout } from './layout.ts'
import { roleByContent } from './roles-by-content.ts'
import { roleByName, type RoleGuess } from './roles-by-name.ts'

type Guess = RoleGuess & { separator?: string }
type PreviewColumn = FilePreview['columns'][number]

const EXAMPLES = 5
const EXAMPLE_CHARACTERS = 100

/** What the wizard shows of a file before it is imported, from its first megabyte. */
export async function previewFile({ file, ...hints }: PreviewRequest): Promise<FilePreview> {
  return previewOf(await readLayout(file, hints))
}

export function previewOf(layout: Layout): FilePreview {
  const guesses = guessRoles(layout)
  const columns = layout.names.map((name, at) => previewColumn(layout, name, at, guesses[at]))
  const labels = columns.filter((column) => column.role === 'label').length
  return {
    file: layout.file,
    bytes: layout.fileBytes,
    format: layout.format,
    delimiter: layout.delimiter,
    header: layout.header,
    columns,
    rowsRead: layout.records.length,
    recognised: labels === 1 && columns.length > 1 && guesses.every((guess) => guess.certain),
  }
}

function guessRoles(layout: Layout): Guess[] {
  if (layout.format === 'criteo') {
    return criteoColumns().map(({ role }) => ({ role, because: "Criteo's layout", certain: true }))
  }
  const named = layout.names.map((name) => (layout.header ? roleByName(name) : null))
  const labelNamed = named.some((guess) => guess?.role === 'label')
  let labelFound = labelNamed
  return named.map((guess, at) => {
    if (guess) return guess.role === 'multiValued' ? { ...guess, ...separatorOnly(layout, at) } : guess
    const content = roleByContent(valuesOf(layout, at))
    if (content.role !== 'label') return content
    // Only one column can be the label; the first that looks like it is.
    if (labelFound) return { ...content, role: 'sparse' }
    labelFound = true
    return content
  })
}

function separatorOnly(layout: Layout, at: number): { separator?: string } {
  const { separator } = roleByContent(valuesOf(layout, at))
  return separator === undefined ? {} : { separator }
}

function previewColumn(layout: Layout, name: string, at: number, guess: Guess | undefined): PreviewColumn {
  const values = valuesOf(layout, at)
  const missing = values.filter((value) => value === '').length
  const { role = 'ignore', because, separator } = guess ?? {}
  const choice: ColumnChoice = withDefaults({ name, role, ...(separator && { separator }) }, layout.format)
  return {
    ...choice,
    examples: values.slice(0, EXAMPLES).map((value) => value.slice(0, EXAMPLE_CHARACTERS)),
    distinct: new Set(values.filter((value) => value !== '')).size,
    missingShare: values.length === 0 ? 0 : missing / values.length,
    ...(because !== undefined && { guessedBecause: because }),
  }
}

function valuesOf(layout: Layout, at: number): string[] {
  return layout.records.map(({ fields }) => fields[at] ?? '')
}
