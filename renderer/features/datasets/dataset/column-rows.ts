import {
  valuesOf,
  type DatasetManifest,
  type ManifestDenseColumn,
  type ManifestSparseColumn,
} from '../../../../main/contract/manifest.ts'
import { unknownShares } from '../../../../main/contract/unknown-values.ts'
import { formatExact } from '../../../platform/units.ts'

export type ManifestColumn = ManifestDenseColumn | ManifestSparseColumn

/** One line of a dataset's table of columns. */
export interface ColumnRow {
  /** From 1, in the order a model sees them. */
  position: number
  column: ManifestColumn
  /** Different values that have a row of their own; null where they are not known. */
  values: number | null
  /** Rows of the embedding table; null for dense columns. */
  tableRows: number | null
  /** What the small chart draws: a histogram, or the counts of the most frequent values. */
  strip: number[]
  preparation: string
  /** Shares of a sparse column's values that training has not seen; null where that was not counted. */
  unknown: { validation: number | null; test: number | null } | null
}

export type RoleFilter = 'all' | ManifestColumn['role']

export const roleNames = { dense: 'Dense', sparse: 'Sparse', multiValued: 'Multi-valued' } as const

const transforms = { none: 'unchanged', logClipped: 'log(1 + max(x, 0))', standard: 'standardised' } as const
const fillings = {
  zero: 'missing replaced by 0',
  median: 'missing replaced by the median',
  reject: 'no missing values',
} as const

export function columnRows(manifest: DatasetManifest): ColumnRow[] {
  const shares = (split: 'validation' | 'test') =>
    new Map(unknownShares(manifest, [split]).map(({ column, share }) => [column, share]))
  const [validation, test] = [shares('validation'), shares('test')]
  return manifest.columns.map((column, index) => ({
    position: index + 1,
    column,
    values: column.role === 'dense' ? null : valuesOf(column),
    tableRows: column.role === 'dense' ? null : column.cardinality,
    strip: column.role === 'dense' ? column.histogram : column.topValues.map(({ count }) => count),
    preparation: preparationOf(column),
    unknown: validation.has(column.name)
      ? { validation: validation.get(column.name) ?? null, test: test.get(column.name) ?? null }
      : null,
  }))
}

/** Columns whose name holds every word, of one role. */
export function matching(rows: readonly ColumnRow[], text: string, role: RoleFilter): ColumnRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(({ column }) => {
    const name = column.name.toLowerCase()
    return (role === 'all' || column.role === role) && words.every((word) => name.includes(word))
  })
}

/** How raw values become what a model gets. */
export function preparationOf(column: ManifestColumn): string {
  if (column.role === 'dense') return `${transforms[column.transform]}, ${fillings[column.missing]}`
  const { encoding } = column
  if (encoding.kind === 'hash') return `hashed to ${formatExact(encoding.size)}`
  if (encoding.kind === 'index') return `used as row numbers of a table of ${formatExact(encoding.size)}`
  return encoding.minimumCount === 1
    ? 'a row for each training value'
    : `values seen ${formatExact(encoding.minimumCount)}+ times`
}

/** The measured point of a coverage curve next to a tenth of its rows: how skewed the lookups are, in one number. */
export function tenthOf(coverage: ManifestSparseColumn['coverage']) {
  const tenth = (coverage.at(-1)?.rows ?? 0) / 10
  return coverage.toSorted((a, b) => Math.abs(a.rows - tenth) - Math.abs(b.rows - tenth))[0] ?? null
}
