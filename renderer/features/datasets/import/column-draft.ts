/** Holds the wizard's columns with the settings of every role, so that a role chosen again has its settings. */
import {
  DEFAULT_SEPARATOR,
  defaultEncoding,
  denseDefaults,
} from '../../../../main/contract/column-defaults.ts'
import type { ColumnChoice, ColumnRole, FilePreview, TimeFormat } from '../../../../main/contract/datasets.ts'

type PreviewColumn = FilePreview['columns'][number]

export interface ColumnDraft {
  name: string
  role: ColumnRole
  /** Says how a label is read: 0 and 1, 1 from a value on, or two values that stand for 1 and 0. */
  labelKind: 'binary' | 'from' | 'words'
  positiveFrom: number
  positive: string
  negative: string
  transform: NonNullable<ColumnChoice['transform']>
  missing: NonNullable<ColumnChoice['missing']>
  encoding: 'vocabulary' | 'hash'
  minimumCount: number
  hashSize: number
  separator: string
  timeFormat: TimeFormat
  /** The values in the preview. */
  seen: Pick<
    PreviewColumn,
    'role' | 'examples' | 'distinct' | 'missingShare' | 'missingTexts' | 'times' | 'guessedBecause'
  >
}

/** The settings that can be changed for several columns at once. */
export type ColumnSettings = Omit<ColumnDraft, 'name' | 'role' | 'seen'>

export const roleTexts: Record<ColumnRole, string> = {
  label: 'Label',
  dense: 'Dense',
  sparse: 'Sparse',
  multiValued: 'Multi-valued',
  time: 'Time',
  ignore: 'Ignore',
}

export function columnDraft(column: PreviewColumn, format: FilePreview['format']): ColumnDraft {
  const dense = denseDefaults(column.name, format)
  const { name, role, encoding, examples, distinct, missingShare, missingTexts, times, guessedBecause } =
    column
  return {
    name,
    role,
    labelKind: labelKindOf(column),
    positiveFrom: column.positiveFrom ?? 1,
    positive: column.positive ?? '',
    negative: column.negative ?? '',
    transform: column.transform ?? dense.transform,
    missing: column.missing ?? dense.missing,
    encoding: encoding?.kind === 'hash' ? 'hash' : 'vocabulary',
    minimumCount: encoding?.kind === 'vocabulary' ? encoding.minimumCount : defaultEncoding.minimumCount,
    hashSize: encoding?.kind === 'hash' ? encoding.size : 100_000,
    separator: column.separator ?? DEFAULT_SEPARATOR,
    timeFormat: column.timeFormat ?? times ?? 'iso',
    seen: {
      role,
      examples,
      distinct,
      missingShare,
      missingTexts,
      ...(times !== undefined && { times }),
      ...(guessedBecause !== undefined && { guessedBecause }),
    },
  }
}

function labelKindOf({ positiveFrom, positive }: PreviewColumn): ColumnDraft['labelKind'] {
  if (positiveFrom !== undefined) return 'from'
  return positive === undefined ? 'binary' : 'words'
}

/** Takes the columns of a new preview. Columns whose names were there before keep what was chosen for them. */
export function columnDrafts(preview: FilePreview, before: readonly ColumnDraft[]): ColumnDraft[] {
  const known = new Map(before.map((column) => [column.name, column]))
  return preview.columns.map((column) => {
    const fresh = columnDraft(column, preview.format)
    const old = known.get(column.name)
    return old ? { ...old, seen: fresh.seen } : fresh
  })
}

/** Gives the settings of the column's role as the engine takes them. */
export function columnChoice(draft: ColumnDraft): ColumnChoice {
  const { name, role } = draft
  switch (role) {
    case 'ignore':
      return { name, role }
    case 'time':
      return { name, role, timeFormat: draft.timeFormat }
    case 'label':
      return { name, role, ...labelValuesOf(draft) }
    case 'dense':
      return { name, role, transform: draft.transform, missing: draft.missing }
    default: {
      const encoding =
        draft.encoding === 'hash'
          ? ({ kind: 'hash', size: draft.hashSize } as const)
          : ({ kind: 'vocabulary', minimumCount: draft.minimumCount } as const)
      return role === 'sparse'
        ? { name, role, encoding }
        : { name, role, encoding, separator: draft.separator }
    }
  }
}

function labelValuesOf({ labelKind, positiveFrom, positive, negative }: ColumnDraft) {
  if (labelKind === 'from') return { positiveFrom }
  return labelKind === 'words' ? { positive, negative } : {}
}

/** Gives some columns another role. There is one label, so a column that was the label before is ignored from then on. */
export function withRole(
  columns: readonly ColumnDraft[],
  names: ReadonlySet<string>,
  role: ColumnRole,
): ColumnDraft[] {
  let labelGiven = false
  return columns.map((column) => {
    if (names.has(column.name) && !(role === 'label' && labelGiven)) {
      labelGiven = role === 'label'
      return { ...column, role }
    }
    return role === 'label' && column.role === 'label' ? { ...column, role: 'ignore' } : column
  })
}

export function withSettings(
  columns: readonly ColumnDraft[],
  names: ReadonlySet<string>,
  settings: Partial<ColumnSettings>,
): ColumnDraft[] {
  return columns.map((column) => (names.has(column.name) ? { ...column, ...settings } : column))
}

export function countRoles(columns: readonly ColumnDraft[]): Record<ColumnRole, number> {
  const counts = { label: 0, dense: 0, sparse: 0, multiValued: 0, time: 0, ignore: 0 }
  for (const { role } of columns) counts[role]++
  return counts
}

/** Names the columns by whose values rows can be sorted by time. */
export function timeColumns(columns: readonly ColumnDraft[]): string[] {
  return columns
    .filter(({ role, seen }) => role === 'time' || (role !== 'label' && seen.times !== undefined))
    .map(({ name }) => name)
}

/** Says why these columns cannot be imported and what to do, or nothing if they can. */
export function columnsProblem(columns: readonly ColumnDraft[]): string {
  const { label, dense, sparse, multiValued } = countRoles(columns)
  if (label === 0) return 'No column is the label: give that role to the column to predict.'
  if (label > 1) return 'Several columns are the label: only one can be predicted.'
  if (dense + sparse + multiValued === 0) {
    return 'No column is a feature: make at least one dense, sparse or multi-valued.'
  }
  const words = columns.find((column) => column.role === 'label' && column.labelKind === 'words')
  if (words && (words.positive === '' || words.negative === '' || words.positive === words.negative)) {
    return `${words.name} needs two different values: one that means 1 and one that means 0.`
  }
  const unseparated = columns.find((column) => column.role === 'multiValued' && column.separator.length !== 1)
  return unseparated ? `${unseparated.name} needs one character that separates its values.` : ''
}

/** Says whether the label's first values are not only 0 and 1 while no threshold for positives is chosen. */
export function labelNeedsThreshold({ role, labelKind, seen }: ColumnDraft): boolean {
  return role === 'label' && labelKind === 'binary' && seen.examples.some((value) => !isZeroOrOne(value))
}

/** Reads labels as the importer does: 1.0 and 01 are 1, and so is 1,0 with a decimal comma. An empty field is ignored. */
function isZeroOrOne(text: string): boolean {
  const value = Number(text.replace(',', '.'))
  return value === 0 || value === 1
}
