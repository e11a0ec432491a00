/** Standard shapes by which machines are measured. test/bench/shapes.mjs has the same for PyTorch. */
import type { BenchmarkPresetName } from '../contract/benchmarks.ts'
import type { BoundColumns, ModelDocument } from '../model/document.ts'
import { presetDocument, type PresetName } from '../model/presets/index.ts'
import type { BatchShape } from './random-batches.ts'

/** The number of distinct prebuilt batches that the steps use in turn. */
export const BATCHES = 32

export interface BenchmarkPreset extends BatchShape {
  /** One sentence for people who choose a shape. */
  summary: string
  batchSize: number
  document: ModelDocument
}

interface Shape {
  summary: string
  batchSize: number
  tables: number
  rows: number
  dense: number
  model: PresetName
  settings: Record<string, unknown>
  /** More than one makes bags of variable size. */
  indicesPerLookup?: number
}

/** The Criteo Kaggle model of Naumov et al. 2019. */
const kaggleModel = { dimension: 16, bottom: [512, 256, 64, 16], top: [512, 256, 1] }

const shapes: Record<BenchmarkPresetName, Shape> = {
  kaggle: {
    summary: 'DLRM in the Criteo Kaggle shape: 26 tables of 100,000 rows, one index each.',
    batchSize: 128,
    tables: 26,
    rows: 100_000,
    dense: 13,
    model: 'dlrm',
    settings: kaggleModel,
  },
  'paper-profile': {
    summary: 'The DLRM that Naumov et al. 2019 profile: 8 tables of 1,000,000 rows, up to 100 indices each.',
    batchSize: 2048,
    tables: 8,
    rows: 1_000_000,
    dense: 512,
    model: 'dlrm',
    settings: { dimension: 64, bottom: [512, 64], top: [1024, 1024, 1024, 1] },
    indicesPerLookup: 100,
  },
  'small-memory': {
    summary: 'The kaggle model with tables of 1,000 rows that fit in the caches, to show overhead.',
    batchSize: 128,
    tables: 26,
    rows: 1000,
    dense: 13,
    model: 'dlrm',
    settings: kaggleModel,
  },
  dcnv2: {
    summary: 'DCNv2 over the kaggle columns: three full cross layers beside an MLP of 512 and 256.',
    batchSize: 128,
    tables: 26,
    rows: 100_000,
    dense: 13,
    model: 'dcnv2',
    settings: { dimension: 16, layers: 3, deep: [512, 256] },
  },
}

export function benchmarkPreset(name: BenchmarkPresetName): BenchmarkPreset {
  const { summary, batchSize, tables, rows, dense, model, settings, indicesPerLookup = 1 } = shapes[name]
  const columns: BoundColumns = {
    dense: Array.from({ length: dense }, (_, index) => `dense_${index}`),
    sparse: Array.from({ length: tables }, (_, index) => ({
      name: `sparse_${index}`,
      cardinality: rows,
      multiValued: indicesPerLookup > 1,
    })),
  }
  return {
    summary,
    batchSize,
    columns,
    document: presetDocument(model, columns, settings),
    indicesPerLookup,
    variableBagSize: indicesPerLookup > 1,
  }
}
