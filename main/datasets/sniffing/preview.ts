import { DEFAULT_SEPARATOR, withDefaults } from '../../contract/column-defaults.ts'
import type {
  ColumnChoice,
  ColumnRole,
  FilePreview,
  PreviewRequest,
  SplitChoice,
} from '../../contract/datasets.ts'
import { listTokens, type ListForm } from '../../contract/list-text.ts'
import { bounded } from '../../contract/printable.ts'
import { recipeTexts } from '../../contract/recipes.ts'
import { countMissing, presentValue } from '../missing-values.ts'
import { readingSettings } from '../reading-settings.ts'
import { recipeColumns, recipes } from '../recipes/index.ts'
import { schemaColumns, schemaReading } from '../schema-columns.ts'
import { criteoColumns } from './criteo.ts'
import { labelAdvice, labelPair, labelPairOfOne } from './label-values.ts'
import { readLayout, type Layout, type LayoutHints } from './layout.ts'
import { detectList } from './list-form.ts'
import { ungrouped } from './number-text.ts'
import { roleByContent, textAmongNumbers } from './roles-by-content.ts'
import { roleByHint } from './roles-by-hint.ts'
import { roleByName, roleByNoun, type RoleGuess } from './roles-by-name.ts'
import { ambiguityNote, columnTimes, roleByTimes, type ColumnTimes } from './time-columns.ts'

type PreviewColumn = FilePreview['columns'][number]

const EXAMPLES = 5
/** How many rows a preview shows, and how much of a field. */
const SHOWN_ROWS = 200
const SHOWN_CHARACTERS = 200
const EXAMPLE_CHARACTERS = 100

/** What the wizard shows of a file before it is imported, from its first megabyte. */
export async function previewFile({ file, ...hints }: PreviewRequest): Promise<FilePreview> {
  return previewLike(await readLayout(file, previewHints(hints)), hints)
}

type PreviewHints = Omit<PreviewRequest, 'file'>

/** What is known of a file's text: what is asked for, then what a recipe or schema says. */
export function previewHints({ recipe, schema, ...given }: PreviewHints): LayoutHints {
  return {
    ...(schema && schemaReading(schema)),
    ...(recipe && recipes[recipe].reading),
    ...given,
    format: given.format === 'auto' ? (schema?.format ?? 'auto') : given.format,
  }
}

/**
 * A preview with the columns and the split of a recipe or schema, if there is one, and with guesses otherwise. Throws
 * InvalidArgument if the file is not of that kind.
 */
export function previewLike(layout: Layout, { recipe, schema }: PreviewHints): FilePreview {
  if (recipe) {
    const because = `the recipe ${recipeTexts[recipe].title} has it so`
    return previewAs(layout, recipeColumns(recipe, layout), because, recipes[recipe].split)
  }
  if (schema)
    return previewAs(layout, schemaColumns(layout, schema.columns), 'the recipe has it so', schema.split)
  return previewOf(layout)
}

function previewAs(
  layout: Layout,
  choices: ColumnChoice[],
  because: string,
  split?: SplitChoice,
): FilePreview {
  const preview = previewOf(layout)
  const columns = preview.columns.flatMap((column, at) => {
    const choice = choices[at]
    if (!choice) return []
    const { examples, distinct, missingShare, missingTexts, list, times } = column
    const seen = {
      examples,
      distinct,
      missingShare,
      missingTexts,
      ...(list && { list }),
      ...(times && { times }),
    }
    return {
      ...withDefaults({ ...choice, name: column.name }, layout.format),
      ...seen,
      guessedBecause: because,
    }
  })
  return { ...preview, columns, recognised: true, notes: layout.notes, ...(split && { split }) }
}

export function previewOf(layout: Layout): FilePreview {
  const times = timesOf(layout)
  const guesses = guessRoles(layout, times)
  const columns = layout.names.map((name, at) => previewColumn(layout, name, at, guesses[at], times[at]))
  const labels = columns.filter((column) => column.role === 'label')
  return {
    file: layout.file,
    bytes: layout.fileBytes,
    ...readingSettings(layout),
    columns,
    rowsRead: layout.records.length,
    rows: layout.records.slice(0, SHOWN_ROWS).map(({ line, fields, malformed }) => ({
      row: line,
      fields: fields.slice(0, columns.length).map((field) => bounded(field, SHOWN_CHARACTERS)),
      malformed: malformed || isRagged(layout, fields.length),
    })),
    recognised: labels.length === 1 && columns.length > 1 && guesses.every((guess) => guess.certain),
    notes: [
      ...layout.notes,
      ...unnamedNotes(layout, columns),
      ...(layout.format === 'criteo' ? [] : textNotes(layout)),
      ...columns.flatMap(({ name, role }, at) => {
        const found = times[at]
        return role === 'time' && found ? ambiguityNote(name, found) : []
      }),
      ...labels.flatMap(
        ({ name }) => labelAdvice(name, presentValues(layout, layout.names.indexOf(name))) ?? [],
      ),
    ],
  }
}

/** Whether an import rejects a row because of its length. */
function isRagged({ names, trailingDelimiter, shortRows, longRows }: Layout, length: number): boolean {
  if (length < names.length) return shortRows === 'reject'
  return length > names.length && longRows === 'reject' && !trailingDelimiter
}

/** A column that is left out because the header does not name it. */
function unnamedNotes(layout: Layout, columns: PreviewColumn[]): string[] {
  return layout.unnamed
    .flatMap((at) => columns[at] ?? [])
    .filter(({ role }) => role === 'ignore')
    .map(({ name, guessedBecause }) => `Column ${name} is left out: ${guessedBecause}.`)
}

/** Columns that would be numbers but for one text. */
function textNotes(layout: Layout): string[] {
  return layout.names.flatMap((name, at) => {
    const text = textAmongNumbers(plainValues(layout, at), layout.decimal)
    if (text === null) return []
    const shown = bounded(text, EXAMPLE_CHARACTERS)
    return `Column ${name} holds numbers and the text ${shown}: if that stands for a missing value, add it to the missing values (--missing).`
  })
}

/** Criteo has no times. */
function timesOf(layout: Layout): (ColumnTimes | undefined)[] {
  if (layout.format === 'criteo') return []
  return layout.names.map((_, at) => columnTimes(presentValues(layout, at), layout.decimal))
}

function guessRoles(layout: Layout, times: readonly (ColumnTimes | undefined)[]): RoleGuess[] {
  if (layout.format === 'criteo') {
    return criteoColumns().map(({ role }) => ({ role, because: "Criteo's layout", certain: true }))
  }
  const named = layout.names.map((name, at) => {
    const byName = layout.header ? roleByName(name) : null
    if (byName && byName.certain) return byName
    const found = times[at]
    const byTimes = found ? roleByTimes(layout.header ? name : '', found) : null
    return byTimes ?? byName ?? (layout.header ? roleByNoun(name) : null)
  })
  oneOfEach(named)
  const labelNamed = named.some((guess) => guess?.role === 'label')
  let labelFound = labelNamed
  return named.map((guess, at) => {
    const hint = layout.hints?.[at]
    const said = hint && roleByHint(layout.format, hint, guess)
    if (said) return said
    if (guess) return guess
    const values = plainValues(layout, at)
    if (layout.unnamed.includes(at)) return unnamedColumn(values)
    const content = roleByContent(values, layout.decimal)
    if (content.role === 'dense' && hint?.kind === 'text')
      return { role: 'sparse', because: 'the file has it as text', certain: false }
    if (content.role !== 'label') return content
    // Only one column can be the label; the first that looks like it is.
    if (labelFound) return { ...content, role: 'sparse' }
    labelFound = true
    return content
  })
}

/** Further columns of user or item ids are ordinary features. */
function oneOfEach(guesses: (RoleGuess | null)[]): void {
  for (const role of ['userId', 'itemId'] as const) {
    const [, ...further] = guesses.filter((guess) => guess?.role === role)
    for (const guess of further) if (guess) guess.role = 'sparse'
  }
}

/** A header that ends in a separator, or a table written with its row numbers, has a column without a name. */
function unnamedColumn(values: string[]): RoleGuess {
  const present = values.filter((value) => value !== '')
  const first = Number(present[0])
  if (present.length === 0) return { role: 'ignore', because: 'it has no name and no values', certain: true }
  const counts = present.length > 1 && present.every((value, at) => Number(value) === first + at)
  return counts
    ? { role: 'ignore', because: 'it has no name and numbers the rows', certain: true }
    : { ...roleByContent(values), certain: false }
}

function previewColumn(
  layout: Layout,
  name: string,
  at: number,
  guess: RoleGuess | undefined,
  times: ColumnTimes | undefined,
): PreviewColumn {
  const values = valuesOf(layout, at)
  const present = presentValues(layout, at)
  const { role = 'ignore', because } = guess ?? {}
  const list = listOf(layout, at, present)
  const known = values.filter((value, row) => !isMissing(value, present[row], role, list))
  const pair = role === 'label' ? (labelPair(present) ?? labelPairOfOne(present)) : null
  const choice: ColumnChoice = withDefaults(
    {
      name,
      role,
      ...(role === 'multiValued' && list && { separator: list.separator, brackets: list.brackets }),
      ...(role === 'time' && times?.format && { timeFormat: times.format }),
      ...pair,
    },
    layout.format,
  )
  return {
    ...choice,
    examples: values.slice(0, EXAMPLES).map((value) => value.slice(0, EXAMPLE_CHARACTERS)),
    distinct: new Set(known).size,
    missingShare: values.length === 0 ? 0 : (values.length - known.length) / values.length,
    ...(list && { list: { separator: list.separator, brackets: list.brackets } }),
    ...(times?.format && { times: times.format }),
    missingTexts: countMissing(values, layout.missingValues),
    ...(because !== undefined && { guessedBecause: because }),
  }
}

/** How the column's values are lists: as the file itself has them, or as they are written. */
function listOf(layout: Layout, at: number, present: readonly string[]): ListForm | undefined {
  const separator = layout.hints?.[at]?.separator
  if (separator !== undefined) return { separator, brackets: false }
  return layout.format === 'criteo' ? undefined : detectList(present.filter((value) => value !== ''))
}

/** As the importer has it: white space alone is a value, except of a number, and a list of nothing is none. */
function isMissing(
  value: string,
  present: string | undefined,
  role: ColumnRole,
  list: ListForm = { separator: DEFAULT_SEPARATOR, brackets: false },
): boolean {
  if (role === 'multiValued' && listTokens(value, list).length === 0) return true
  return present === '' && (role === 'dense' || role === 'time' || value === '' || value.trim() !== '')
}

function valuesOf(layout: Layout, at: number): string[] {
  return layout.records.map(({ fields }) => fields[at] ?? '')
}

/** As valuesOf, empty where a text stands for a missing value. */
export function presentValues(layout: Layout, at: number): string[] {
  return valuesOf(layout, at).map((value) => presentValue(value, layout.missingValues))
}

/** As presentValues, without signs between the groups of digits of numbers. */
function plainValues(layout: Layout, at: number): string[] {
  const values = presentValues(layout, at)
  const { thousands, decimal } = layout
  return thousands === '' ? values : values.map((value) => ungrouped(value, thousands, decimal))
}
