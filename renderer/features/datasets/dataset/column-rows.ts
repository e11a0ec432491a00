import {
  valuesOf,
  type DatasetManifest,
  type ManifestDenseColumn,
  type ManifestSparseColumn,
} from '../../../../main/contract/manifest.ts'
import { unknownShares } from '../../../../main/contract/unknown-values.ts'
import { formatExact } from '../../../platform/units.ts'

export type ManifestColumn = ManifestDenseColumn | ManifestSparseColumn

/** A row of a dataset's table of columns. */
export interface ColumnRow {
  /** The number of the column from 1, in the order of the model's inputs. */
  position: number
  column: ManifestColumn
  /** The different values that have their own row, or null if they are not known. */
  values: number | null
  /** The rows of the embedding table, or null for dense columns. */
  tableRows: number | null
  /** The heights of the small chart: a histogram, or the counts of the most frequent values. */
  strip: number[]
  preparation: string
  /** The shares of a sparse column's values that training has not seen, or null if they were not counted. */
  unknown: { validation: number | null; test: number | null } | null
}

export type RoleFilter = 'all' | ManifestColumn['role']

export const roleNames = { dense: 'Dense', sparse: 'Sparse', multiValued: 'Multi-valued' } as const

const transforms = {
  none: 'unchanged',
  logClipped: 'log(1 + max(x, 0))',
  logSquared: '⌊(ln x)²⌋ above 2',
  standard: 'standardised',
  minMax: 'scaled to 0–1',
  quantile: 'ranked from 0 to 1',
} as const
const fillings = {
  zero: 'missing replaced by 0',
  median: 'missing replaced by the median',
  mean: 'missing replaced by the mean',
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

/** Gives the columns of a role whose names contain every word. */
export function matching(rows: readonly ColumnRow[], text: string, role: RoleFilter): ColumnRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(({ column }) => {
    const name = column.name.toLowerCase()
    return (role === 'all' || column.role === role) && words.every((word) => name.includes(word))
  })
}

/** Describes how raw values become the model's inputs. */
export function preparationOf(column: ManifestColumn): string {
  return [
    ...origin(column),
    ...(column.role === 'dense' ? densePreparation(column) : sparsePreparation(column)),
  ].join(', ')
}

function origin({ derived }: ManifestColumn): string[] {
  if (!derived) return []
  const { from, feature } = derived
  return [
    feature.kind === 'age' ? `days from ${from} until ${feature.until}` : `the ${feature.kind} of ${from}`,
  ]
}

function densePreparation({ clip, transform, missing, fill }: ManifestDenseColumn): string[] {
  const { minimum, maximum } = clip ?? {}
  return [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    transforms[transform],
    missing === 'value' ? `missing replaced by ${fill ?? 0}` : fillings[missing],
  ]
}

function sparsePreparation({ bucket, encoding, missing }: ManifestSparseColumn): string[] {
  return [
    ...(bucket === undefined ? [] : [bucketText(bucket)]),
    encodingText(encoding),
    ...(missing === 'category' ? ['missing is a category'] : []),
    ...(missing === 'reject' ? ['no missing values'] : []),
  ]
}

function bucketText(bucket: NonNullable<ManifestSparseColumn['bucket']>): string {
  return bucket.kind === 'logSquared' ? transforms.logSquared : `buckets at ${bucket.at.join(', ')}`
}

function encodingText(encoding: ManifestSparseColumn['encoding']): string {
  if (encoding.kind === 'hash') {
    const seed = encoding.seed ? ` with seed ${encoding.seed}` : ''
    return `hashed to ${formatExact(encoding.size)}${seed}`
  }
  if (encoding.kind === 'index') return `used as row numbers of a table of ${formatExact(encoding.size)}`
  const { minimumCount, maximumSize } = encoding
  const most = maximumSize === undefined ? '' : `the ${formatExact(maximumSize)} most frequent `
  if (minimumCount > 1) return `${most}values seen ${formatExact(minimumCount)}+ times`
  return most === '' ? 'a row for each training value' : `${most}values`
}

/** Gives the point of a coverage curve next to a tenth of its rows, which says in one number how skewed lookups are. */
export function tenthOf(coverage: ManifestSparseColumn['coverage']) {
  const tenth = (coverage.at(-1)?.rows ?? 0) / 10
  return coverage.toSorted((a, b) => Math.abs(a.rows - tenth) - Math.abs(b.rows - tenth))[0] ?? null
}
