/** Random batches as dlrm_s_pytorch.py draws them, number by number. */
import type { BatchArrays } from '../../../native/index.ts'
import { StudioError } from '../../contract/errors.ts'
import type { RandomDataSettings } from '../../model/dlrm-arguments.ts'
import { roundHalfEven } from '../../model/mixed-dimensions.ts'
import { NumpyRandom } from './numpy-random.ts'
import type { TraceGenerator } from './stack-distances.ts'

export interface RandomTables {
  denseColumns: number
  /** The number of rows of each table. */
  tableRows: number[]
  /** For the distribution synthetic: draws a bag of each table. The reference begins each bag's trace anew. */
  traces?: (() => TraceGenerator)[]
}

/**
 * The batches of one epoch; the last one may be short. They are the same in every epoch, because each epoch seeds
 * again. Throws InvalidArgument if a Gaussian index is outside its table.
 */
export function* randomBatches(settings: RandomDataSettings, tables: RandomTables): Generator<BatchArrays> {
  const random = new NumpyRandom(settings.seed)
  for (let done = 0; done < settings.rows; done += settings.batchSize) {
    yield drawBatch(random, settings, tables, Math.min(settings.batchSize, settings.rows - done))
  }
}

/** The next `size` rows. */
export function drawBatch(
  random: NumpyRandom,
  settings: RandomDataSettings,
  { denseColumns, tableRows, traces }: RandomTables,
  size: number,
): BatchArrays {
  const dense = Float32Array.from({ length: size * denseColumns }, () => random.uniform())
  const columns = tableRows.map((rows, table) =>
    drawColumn(random, settings, { rows, trace: traces?.[table] }, size),
  )
  const labels = Float32Array.from({ length: size }, () => {
    const label = Math.fround(random.uniform())
    return settings.roundTargets ? roundHalfEven(label) : label
  })
  return { size, dense, labels, columns }
}

interface Table {
  rows: number
  trace: (() => TraceGenerator) | undefined
}

function drawColumn(random: NumpyRandom, settings: RandomDataSettings, table: Table, size: number) {
  const offsets = new BigInt64Array(size)
  const indices: bigint[] = []
  for (let row = 0; row < size; row++) {
    offsets[row] = BigInt(indices.length)
    for (const index of drawBag(random, settings, table)) indices.push(BigInt(index))
  }
  return { offsets, indices: BigInt64Array.from(indices) }
}

function drawBag(random: NumpyRandom, settings: RandomDataSettings, { rows, trace }: Table): number[] {
  const { indicesPerLookup, fixedIndices, distribution } = settings
  const size = fixedIndices
    ? indicesPerLookup
    : roundHalfEven(Math.max(1, random.uniform() * Math.min(rows, indicesPerLookup)))
  if (trace) return traceBag(random, trace(), rows, size)
  return distribution === 'uniform'
    ? distinct(size, () => roundHalfEven(random.uniform() * (rows - 1)))
    : gaussianBag(random, settings, rows, size)
}

/** Rows that a table does not have are mapped into it. */
function traceBag(random: NumpyRandom, trace: TraceGenerator, rows: number, size: number): number[] {
  const bag = distinct(size, () => trace.next(() => random.uniform()))
  return (bag.at(-1) ?? 0) < rows ? bag : bag.map((index) => index % rows)
}

/** Duplicates are removed before fractions are, so a bag may contain an index twice. */
function gaussianBag(
  random: NumpyRandom,
  settings: RandomDataSettings,
  rows: number,
  size: number,
): number[] {
  const { minimum, maximum, mean, deviation } = settings
  const middle = mean === -1 ? (minimum + maximum) / 2 : mean
  const clipped = () => Math.min(maximum, Math.max(minimum, middle + deviation * random.normal()))
  const bag = distinct(size, clipped).map(Math.trunc)
  const outside = bag.find((index) => index < 0 || index >= rows)
  if (outside === undefined) return bag
  throw new StudioError(
    'InvalidArgument',
    `The Gaussian index ${outside} is outside a table of ${rows} rows: change --rand-data-min, --rand-data-max or ` +
      '--arch-embedding-size.',
    { field: outside < 0 ? 'rand-data-min' : 'rand-data-max' },
  )
}

/** Ascending. */
function distinct(count: number, draw: () => number): number[] {
  return [...new Set(Array.from({ length: count }, draw))].toSorted((a, b) => a - b)
}
