import type { DatasetManifest } from '../contract/manifest.ts'
import type { BoundColumns } from '../model/document.ts'

/** The features of a prepared dataset as a model document binds to them, in file order. */
export function columnsOf(manifest: DatasetManifest): BoundColumns {
  const bound: BoundColumns = { dense: [], sparse: [] }
  for (const column of manifest.columns) {
    if (column.role === 'dense') bound.dense.push(column.name)
    else {
      const { name, cardinality, role, meanValues } = column
      bound.sparse.push({ name, cardinality, multiValued: role === 'multiValued', meanValues })
    }
  }
  return bound
}
