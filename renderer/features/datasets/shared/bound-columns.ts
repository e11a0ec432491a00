import type { DatasetManifest } from '../../../../main/contract/manifest.ts'
import type { BoundColumns } from '../../../../main/model/document.ts'

/** Gives the features of a prepared dataset as a model document binds them, in file order. */
export function boundColumns(manifest: DatasetManifest): BoundColumns {
  const bound: BoundColumns = { dense: [], sparse: [] }
  for (const column of manifest.columns) {
    if (column.role === 'dense') bound.dense.push(column.name)
    else {
      bound.sparse.push({
        name: column.name,
        cardinality: column.cardinality,
        multiValued: column.role === 'multiValued',
        meanValues: column.meanValues,
      })
    }
  }
  return bound
}
