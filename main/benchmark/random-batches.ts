/** Prebuilt batches for a backend that takes arrays. The engine draws its own by the same rules. */
import type { BatchArrays } from '../../native/index.ts'
import { Random } from '../datasets/samples/random.ts'
import type { BoundColumns } from '../model/document.ts'
import { appendAll } from '../model/extremes.ts'

/** The shape of the drawn batches. */
export interface BatchShape {
  columns: BoundColumns
  indicesPerLookup: number
  /** Whether bag sizes vary up to indicesPerLookup and duplicates are removed, as in the reference. */
  variableBagSize: boolean
}

/** Uniform dense values, labels and indices. They are the same for the same seed. */
export function randomBatches(
  { columns, indicesPerLookup, variableBagSize }: BatchShape,
  { batchSize, count, seed }: { batchSize: number; count: number; seed: number },
): BatchArrays[] {
  const random = new Random(seed)
  const floats = (length: number, draw: () => number) => Float32Array.from({ length }, draw)
  const below = (limit: number) => Math.floor(random.uniform() * limit)
  const column = (cardinality: number): BatchArrays['columns'][number] => {
    if (!variableBagSize)
      return { indices: Int32Array.from({ length: batchSize * indicesPerLookup }, () => below(cardinality)) }
    const offsets = new Int32Array(batchSize)
    const indices: number[] = []
    for (let row = 0; row < batchSize; row++) {
      offsets[row] = indices.length
      // Draws a bag as the reference does: up to this many indices without duplicates, in order.
      const bag = new Set(Array.from({ length: 1 + below(indicesPerLookup) }, () => below(cardinality)))
      appendAll(
        indices,
        [...bag].sort((a, b) => a - b),
      )
    }
    return { offsets, indices: Int32Array.from(indices) }
  }
  return Array.from({ length: count }, () => ({
    size: batchSize,
    dense: floats(batchSize * columns.dense.length, () => random.uniform()),
    labels: floats(batchSize, () => Math.round(random.uniform())),
    columns: columns.sparse.map(({ cardinality }) => column(cardinality)),
  }))
}
