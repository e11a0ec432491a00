/** Compares the columns that a document names with those of a dataset. */
import type { BoundColumns, ModelDocument } from '../../../main/model/document.ts'
import { namedColumns } from '../../../main/model/named-columns.ts'

/** Says whether a dataset has all columns that the document names. */
export function suits(document: ModelDocument, columns: BoundColumns): boolean {
  const named = namedColumns(document)
  const dense = new Set(columns.dense)
  const sparse = new Set(columns.sparse.map(({ name }) => name))
  return named.dense.every((name) => dense.has(name)) && named.sparse.every((name) => sparse.has(name))
}

/**
 * Gives columns with the names and the order of the document, for building its preset without a dataset. Their sizes keep
 * compressed tables compressed and plain ones plain.
 */
export function standInColumns(document: ModelDocument): BoundColumns {
  const named = namedColumns(document)
  const compressed = new Set(
    document.nodes.flatMap((node) =>
      node.kind === 'embedding' && node.compression.kind === 'quotientRemainder' ? [node.column] : [],
    ),
  )
  return {
    dense: named.dense,
    sparse: named.sparse.map((name) => ({
      name,
      cardinality: compressed.has(name) ? 2 ** 31 : 1,
      multiValued: true,
    })),
  }
}
