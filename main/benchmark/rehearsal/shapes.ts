/** Models and data of the literature that can be rehearsed without a dataset. */
import type { BenchmarkPresetName } from '../../contract/benchmarks.ts'
import type { RehearsalShapeName } from '../../contract/rehearsal.ts'
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type BoundColumns,
  type ModelDocument,
  type ModelNode,
} from '../../model/document.ts'
import { presetDocument } from '../../model/presets/index.ts'
import { benchmarkPreset } from '../presets.ts'

export interface RehearsalShape {
  /** One sentence for people who choose a shape. */
  summary: string
  document: ModelDocument
  /** With the mean number of indices in a sample. */
  columns: BoundColumns
  /** The samples of an epoch. */
  samples: number
  /** Of the whole job for strong scaling, of a rank for weak scaling. */
  strongBatchSize: number
  weakBatchSize: number
}

/** Of the 24 days of Criteo's click logs. */
const TERABYTE_SAMPLES = 4_195_197_692
/** Rows of the tables of MLPerf's DLRM, whose indices are those of the click logs modulo 40,000,000. */
const TERABYTE_ROWS = [
  39_884_406, 39_043, 17_289, 7420, 20_263, 3, 7120, 1543, 63, 38_532_951, 2_953_546, 403_346, 10, 2208,
  11_938, 155, 4, 976, 14, 39_979_771, 25_641_295, 39_664_984, 585_935, 12_972, 108, 36,
]
/** Rows of the tables of MLPerf's DCNv2, and how many of them a sample looks up: 214 in all. */
const DCNV2_ROWS = [
  40_000_000, 39_060, 17_295, 7424, 20_265, 3, 7122, 1543, 63, 40_000_000, 3_067_956, 405_282, 10, 2209,
  11_938, 155, 4, 976, 14, 40_000_000, 40_000_000, 40_000_000, 590_152, 12_973, 108, 36,
]
const DCNV2_LOOKUPS = [3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1]

function columnsOf(dense: number, rows: readonly number[], lookups: (table: number) => number): BoundColumns {
  return {
    dense: Array.from({ length: dense }, (_, index) => `dense_${index}`),
    sparse: rows.map((cardinality, index) => ({
      name: `sparse_${index}`,
      cardinality,
      multiValued: lookups(index) > 1,
      meanValues: lookups(index),
    })),
  }
}

function benchmarkShape(name: BenchmarkPresetName, strongBatchSize: number): RehearsalShape {
  const { summary, document, columns, indicesPerLookup, batchSize } = benchmarkPreset(name)
  // Bags of variable size have any number of indices up to the maximum with the same probability.
  const meanValues = (indicesPerLookup + 1) / 2
  return {
    summary,
    document,
    columns: { ...columns, sparse: columns.sparse.map((column) => ({ ...column, meanValues })) },
    samples: EPOCH,
    strongBatchSize,
    weakBatchSize: batchSize,
  }
}

/** Of shapes with random data. */
const EPOCH = 100_000_000

/** The configurations "small" and "large" of Kalamkar et al. 2020, Table I. */
function sc20Shape(
  summary: string,
  { tables, rows, dimension, lookups, dense, bottom, top }: Sc20Configuration,
  strongBatchSize: number,
  weakBatchSize: number,
): RehearsalShape {
  const columns = columnsOf(dense, Array<number>(tables).fill(rows), () => lookups)
  const document = presetDocument('dlrm', columns, { dimension, bottom, top })
  return { summary, document, columns, samples: EPOCH, strongBatchSize, weakBatchSize }
}

interface Sc20Configuration {
  tables: number
  rows: number
  dimension: number
  lookups: number
  dense: number
  bottom: number[]
  top: number[]
}

function dcnv2(columns: BoundColumns): ModelDocument {
  const dlrm = presetDocument('dlrm', columns, {
    dimension: 128,
    bottom: [512, 256, 128],
    top: [1024, 1024, 512, 256, 1],
    interaction: 'cat',
  })
  const cross: ModelNode = {
    id: 'cross',
    kind: 'cross',
    inputs: { input: ['interaction'] },
    version: 'v2LowRank',
    layers: 3,
    rank: 512,
  }
  const nodes = dlrm.nodes.map((node) =>
    node.id === 'top_l' && node.kind === 'mlp' ? { ...node, inputs: { input: ['cross'] } } : node,
  )
  return {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    name: 'DCNv2 of MLPerf',
    nodes: [...nodes, cross],
  }
}

const shapes: Record<RehearsalShapeName, () => RehearsalShape> = {
  kaggle: () => benchmarkShape('kaggle', 16_384),
  'small-memory': () => benchmarkShape('small-memory', 16_384),
  dcnv2: () => benchmarkShape('dcnv2', 16_384),
  'paper-profile': () => benchmarkShape('paper-profile', 65_536),
  'criteo-terabyte': () => {
    const columns = columnsOf(13, TERABYTE_ROWS, () => 1)
    return {
      summary:
        'MLPerf’s DLRM on the Criteo Terabyte click logs: 26 tables of 188 million rows in all, one index each.',
      document: presetDocument('dlrm', columns, {
        dimension: 128,
        bottom: [512, 256, 128],
        top: [1024, 1024, 512, 256, 1],
      }),
      columns,
      samples: TERABYTE_SAMPLES,
      strongBatchSize: 16_384,
      weakBatchSize: 2048,
    }
  },
  'mlperf-dcnv2': () => {
    const columns = columnsOf(13, DCNV2_ROWS, (table) => DCNV2_LOOKUPS[table] ?? 1)
    return {
      summary:
        'MLPerf’s DCNv2: 26 tables of 204 million rows, 214 indices a sample, three low-rank cross layers.',
      document: dcnv2(columns),
      columns,
      samples: TERABYTE_SAMPLES,
      strongBatchSize: 65_536,
      weakBatchSize: 1024,
    }
  },
  'sc20-small': () =>
    sc20Shape(
      'The small configuration of Kalamkar et al. 2020: 8 tables of 1,000,000 × 64, 50 indices each.',
      {
        tables: 8,
        rows: 1_000_000,
        dimension: 64,
        lookups: 50,
        dense: 512,
        bottom: [512, 64],
        top: [1024, 1024, 1024, 1],
      },
      8192,
      1024,
    ),
  'sc20-large': () =>
    sc20Shape(
      'The large configuration of Kalamkar et al. 2020: 64 tables of 6,000,000 × 256, 100 indices each.',
      {
        tables: 64,
        rows: 6_000_000,
        dimension: 256,
        lookups: 100,
        dense: 2048,
        bottom: [...Array<number>(7).fill(2048), 256],
        top: [...Array<number>(15).fill(4096), 1],
      },
      16_384,
      512,
    ),
}

export const rehearsalShape = (name: RehearsalShapeName): RehearsalShape => shapes[name]()
