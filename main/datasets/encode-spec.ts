import { resolve } from 'node:path'
import type { ImportColumn, ImportSpec } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import { listsFeatures } from '../contract/format-names.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { nativeClip } from './import-columns.ts'
import { REPORTED_ROWS } from './import-spec.ts'
import { labelValues } from '../contract/column-defaults.ts'
import { readingSpec } from './reading-spec.ts'
import { criteoColumns } from './sniffing/criteo.ts'
import { readLayout, type Layout, type LayoutHints } from './sniffing/layout.ts'
import { sourceLayoutOf, type SourceLayout } from './source-layout.ts'

/** A prepared dataset whose vocabularies and transforms a new file is encoded with. */
export interface Encoding {
  folder: string
  manifest: DatasetManifest
}

/**
 * What the native importer is to do to encode a file's rows, all of them, into the test split. The file is laid out
 * as the dataset's own were; its label column may be missing. Throws InvalidArgument naming the column that does not fit.
 */
export async function encodeSpec(
  path: string,
  { folder, manifest }: Encoding,
  destination: string,
  keepText: string[] = [],
): Promise<{ spec: ImportSpec; labelled: boolean }> {
  const file = resolve(path)
  const source = sourceLayoutOf(manifest)
  const layout = await readLayout(file, {
    format: formatLike(source),
    ...(source ? readLike(source) : { missingValues: [] }),
    minimumColumns: 1,
    names: sourceColumns(manifest),
  })
  const names = namesOf(layout, source, manifest)
  requireColumns(file, names, manifest)
  requireKept(file, names, keepText)
  const spec: ImportSpec = {
    files: [file],
    ...readingSpec(layout),
    ...(layout.partitions && { partitions: [layout.partitions.map(({ value }) => value)] }),
    columns: names.map((name) => ({ ...columnLike(name, manifest), ...ownMissing(name, source) })),
    keepText,
    split: { kind: 'modulo', modulus: 1, validation: [], test: [0] },
    destination,
    name: manifest.name,
    // A row left out would shift the predictions against the file's rows.
    maxRejected: 0,
    reportRejected: REPORTED_ROWS,
    provenance: {},
    encodeLike: folder,
  }
  return { spec, labelled: names.includes(manifest.label.name) }
}

/** A few rows may not show what they are. */
function formatLike(source: SourceLayout | null): LayoutHints['format'] {
  if (source?.table && listsFeatures(source.table)) return source.table
  return source && isCriteo(source) ? 'criteo' : 'auto'
}

/**
 * As the dataset's own files were read. Datasets of earlier versions took nothing but the empty field for missing, and
 * a new file's encoding is its own.
 */
function readLike(source: SourceLayout): Partial<LayoutHints> {
  // Text has its own dialect then, which is detected.
  if (source.table) return { missingValues: source.missingValues ?? [] }
  const quoted = source.backslashQuotes ? 'backslash' : 'doubled'
  return {
    delimiter: source.delimiter,
    header: source.header,
    quotes: source.quotes ? quoted : 'none',
    quoteSign: source.quoteSign ?? '"',
    decimal: source.decimalComma ? ',' : '.',
    thousands: source.thousands ?? '',
    comment: source.comment ?? '',
    skipLines: source.skipLines,
    shortRows: source.fillShortRows ? 'fill' : 'reject',
    longRows: source.cutLongRows ? 'cut' : 'reject',
    missingValues: source.missingValues ?? [],
    fallbackEncoding: source.encoding,
  }
}

function namesOf(layout: Layout, source: SourceLayout | null, manifest: DatasetManifest): string[] {
  // The columns of these say what is read of a row, so the dataset's own are read.
  if (source?.table && listsFeatures(source.table)) return source.columns
  return layout.header ? layout.names : namesByPlace(layout, source, manifest)
}

function ownMissing(name: string, source: SourceLayout | null): { missingValues?: string[] } {
  const own = source?.ownMissingValues
  return own && Object.hasOwn(own, name) ? { missingValues: own[name] ?? [] } : {}
}

function requireKept(file: string, names: string[], keepText: string[]): void {
  const missing = keepText.find((name) => !names.includes(name))
  if (missing === undefined) return
  throw new StudioError(
    'InvalidArgument',
    `${file} has no column ${missing} to write beside the predictions. Its columns are ${names.join(', ')}.`,
    { file, row: 1, column: missing, field: 'columns' },
  )
}

function isCriteo({ header, columns }: SourceLayout): boolean {
  const criteo = criteoColumns().map(({ name }) => name)
  return !header && columns.length === criteo.length && columns.every((name, at) => name === criteo[at])
}

/** Without a header a file has the columns of the dataset's own files, or all of them but the label. */
function namesByPlace(layout: Layout, source: SourceLayout | null, { label }: DatasetManifest): string[] {
  const { file } = layout
  if (!source || source.header) {
    throw new StudioError(
      'InvalidArgument',
      `${file}, row 1: the file has no header. Put the column names in its first row.`,
      { file, row: 1 },
    )
  }
  const count = layout.records[0]?.fields.length ?? 0
  const unlabelled = source.columns.filter((name) => name !== label.name)
  if (count === source.columns.length) return source.columns
  if (count === unlabelled.length) return unlabelled
  throw new StudioError(
    'InvalidArgument',
    `${file}, row 1: it has ${count} columns; the files of the run’s dataset have ${source.columns.length}, ` +
      `or ${unlabelled.length} without the label ${label.name}.`,
    { file, row: 1 },
  )
}

function requireColumns(file: string, names: string[], manifest: DatasetManifest): void {
  const found = new Set(names)
  const missing = sourceColumns(manifest).filter((name) => !found.has(name))
  if (missing.length === 0) return
  throw new StudioError(
    'InvalidArgument',
    `${file}, row 1: it has no column ${missing.join(', ')}, which the run’s dataset has. ` +
      `Its columns are ${names.join(', ')}.`,
    { file, row: 1, column: missing[0] ?? '' },
  )
}

/** The columns that a file must have: the dataset's own, and those of which others are made. */
function sourceColumns({ columns }: DatasetManifest): string[] {
  const names = columns.flatMap(({ name, derived }) => {
    if (!derived) return name
    return derived.feature.kind === 'age' ? [derived.from, derived.feature.until] : derived.from
  })
  return [...new Set(names)]
}

/** A column of times of which the dataset has features, or until which it measures one. */
function timesLike(name: string, columns: DatasetManifest['columns']): ImportColumn | null {
  const made = columns.flatMap(({ derived }) => (derived?.from === name ? derived : []))
  const [first] = made
  if (first) return { name, role: 'time', format: first.format, derive: made.map(({ feature }) => feature) }
  const measured = columns.find(
    ({ derived }) => derived?.feature.kind === 'age' && derived.feature.until === name,
  )
  const format = measured?.derived?.untilFormat
  return format ? { name, role: 'time', format } : null
}

function columnLike(name: string, { label, columns }: DatasetManifest): ImportColumn {
  if (name === label.name) {
    return { name, role: 'label', ...labelValues(label) }
  }
  const column = columns.find((candidate) => candidate.name === name && !candidate.derived)
  if (!column) return timesLike(name, columns) ?? { name, role: 'ignore' }
  if (column.role === 'dense') {
    const { role, type, transform, missing, fill, clip } = column
    return {
      name,
      role,
      type,
      transform,
      missing,
      ...(fill !== undefined && { fill }),
      ...(clip && { clip: nativeClip(clip) }),
    }
  }
  const { role, type, encoding, separator, brackets, bucket, missing } = column
  const form = { ...(separator !== undefined && { separator }), ...(brackets && { brackets }) }
  return { name, role, type, encoding, ...form, ...(bucket && { bucket }), ...(missing && { missing }) }
}
