import { resolve } from 'node:path'
import type { ImportColumn, ImportSpec } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { REPORTED_ROWS } from './import-spec.ts'
import { criteoColumns } from './sniffing/criteo.ts'
import { readLayout, type Layout } from './sniffing/layout.ts'
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
): Promise<{ spec: ImportSpec; labelled: boolean }> {
  const file = resolve(path)
  const source = sourceLayoutOf(manifest)
  const layout = await readLayout(file, {
    format: source && isCriteo(source) ? 'criteo' : 'auto',
    delimiter: source?.delimiter,
    header: source?.header,
    names: manifest.columns.map(({ name }) => name),
  })
  const names = layout.header ? layout.names : namesByPlace(layout, source, manifest)
  requireColumns(file, names, manifest)
  const spec: ImportSpec = {
    files: [file],
    delimiter: layout.delimiter,
    quotes: source?.quotes ?? layout.quotes,
    header: layout.header,
    columns: names.map((name) => columnLike(name, manifest)),
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
      `${file}, row 1: it has no header. Put the names of the columns in its first row.`,
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

function requireColumns(file: string, names: string[], { columns }: DatasetManifest): void {
  const found = new Set(names)
  const missing = columns.filter(({ name }) => !found.has(name)).map(({ name }) => name)
  if (missing.length === 0) return
  throw new StudioError(
    'InvalidArgument',
    `${file}, row 1: it has no column ${missing.join(', ')}, which the run’s dataset has. ` +
      `Its columns are ${names.join(', ')}.`,
    { file, row: 1, column: missing[0] ?? '' },
  )
}

function columnLike(name: string, { label, columns }: DatasetManifest): ImportColumn {
  if (name === label.name) {
    return label.positiveFrom === undefined
      ? { name, role: 'label' }
      : { name, role: 'label', positiveFrom: label.positiveFrom }
  }
  const column = columns.find((candidate) => candidate.name === name)
  if (!column) return { name, role: 'ignore' }
  if (column.role === 'dense') {
    const { role, type, transform, missing } = column
    return { name, role, type, transform, missing }
  }
  const { role, type, encoding, separator } = column
  return { name, role, type, encoding, ...(separator !== undefined && { separator }) }
}
