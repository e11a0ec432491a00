/**
 * The addon's TypeScript face: types, loading, and nothing else. Everything here throws an Error whose
 * `code` is one of NativeErrorCode; no call may crash the process, whatever its arguments.
 */
import { createRequire } from 'node:module'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type NativeErrorCode =
  | 'InvalidArgument'
  | 'InvalidPlan'
  | 'InvalidState'
  | 'NotFound'
  | 'Io'
  | 'DiskFull'
  | 'Corrupt'
  | 'Cancelled'
  | 'TooManyRejectedRows'
  | 'Internal'

// ---------------------------------------------------------------- the engine

export interface EngineOptions {
  /** 0 = all cores. */
  threads: number
  /** 'auto' takes the best the CPU has; a forced one that is missing is an InvalidArgument. */
  instructionSet: 'auto' | 'avx512' | 'avx2' | 'neon' | 'portable'
  precision: 'fp32' | 'bf16'
  /** Seeds dropout masks. */
  seed: number
}

export interface OptimizerSettings {
  kind: 'sgd' | 'adagrad' | 'rowWiseAdagrad' | 'adam'
  learningRate: number
  /** Adagrad and row-wise Adagrad 1e-10, Adam 1e-8. */
  epsilon: number
  beta1: number
  beta2: number
  /** L2: adds l2 * parameter to its gradient (of touched rows, for tables). */
  l2: number
}

export interface TrainingSettings {
  tables: OptimizerSettings
  dense: OptimizerSettings
  /** Global gradient norm limit over dense parameters and table gradients; 0 = off. */
  gradientClipNorm: number
  /** Optimizer step after this many batches, on their mean gradient. */
  accumulateBatches: number
}

/** One batch as plain arrays. offsets[b] .. offsets[b+1] (or the end) are bag b; without offsets one index a row. */
export interface BatchArrays {
  size: number
  /** [size, dense width], row-major. */
  dense: Float32Array
  /** [size]. */
  labels: Float32Array
  columns: { offsets?: Int32Array | BigInt64Array; indices: Int32Array | BigInt64Array }[]
}

export interface ParameterInfo {
  name: string
  shape: number[]
}

export interface BinaryMetrics {
  logLoss: number
  auc: number
  prAuc: number
  accuracy: number
  /** Log loss over the entropy of the label's mean (He et al. 2014). */
  normalizedEntropy: number
  /** Mean prediction over mean label. */
  calibration: number
  /** Mean squared error, for regression losses. */
  meanSquaredError: number
  rows: number
  /** Of the rows whose values are all known, and of those with an unknown one; absent where there are none. */
  known?: PartMetrics
  unknown?: PartMetrics
}

export interface PartMetrics {
  rows: number
  auc: number
  logLoss: number
}

export interface OperationProfile {
  /**
   * The layer of a linear operation (bot_l.0), the value another one writes; `tables` for all lookups together, `loss`,
   * `dense parameters` for their update, `batches` for waiting for data.
   */
  name: string
  phase: 'forward' | 'backward' | 'update' | 'data'
  calls: number
  milliseconds: number
  flops: number
  bytes: number
}

/** Microseconds since the recording began. */
export interface Span {
  startUs: number
  durationUs: number
}

/** Training steps as a time line. A wait for a batch lies before its step. */
export interface Trace {
  names: string[]
  threads: number
  steps: Span[]
  /** In the order in which they ended; `name` is an index into names. */
  operations: (Span & { name: number; phase: OperationProfile['phase']; flops: number; bytes: number })[]
  /** What each thread did of the operations; 0 is the thread that runs the steps. */
  shares: (Span & { thread: number })[]
  /** False where the events ran out before the steps asked for were done. */
  complete: boolean
}

/** A model's parameters, optimizer state and scratch space. Methods of one instance never overlap: a call made while
 * another runs is an InvalidState. */
export interface NativeModel {
  /** Draws every parameter in plan order from NumPy's legacy generator (MT19937) with this seed. */
  initialize(seed: number): void
  parameters(): ParameterInfo[]
  /** A copy, row-major. */
  getParameter(name: string): Float32Array
  /** All rows of a table that is set count as trained. */
  setParameter(name: string, values: Float32Array): void
  /** Optimizer state and tensors beside the parameters: names `<parameter>/sum`, `/mean`, `/variance`. */
  stateTensors(): ParameterInfo[]
  getState(name: string): Float32Array
  setState(name: string, values: Float32Array): void
  /** Optimizer steps done; part of what a resumed run needs (Adam's bias correction, dropout's stream). */
  stepCount(): number
  setStepCount(count: number): void
  /** Sets optimizers; allocates their state as zeros if the kinds changed. */
  configureTraining(settings: string): void
  /** One step at learning rates scale × settings' rates; the mean loss before the update. */
  trainBatch(batch: BatchArrays, learningRateScale: number): number
  /** learningRateScales.length steps off the JS thread (fewer at the loader's end); the losses. */
  trainSteps(loader: NativeBatchLoader, learningRateScales: Float64Array): Promise<Float64Array>
  /**
   * The embedding half of a step whose dense half is computed elsewhere: pools the batch's rows and, in training, keeps
   * the batch for collectGradients. Otherwise untrained rows are what stands in for them.
   */
  lookUp(batch: BatchArrays, training: boolean): LookedUpBatch
  /** The same for the loader's next batch, off the JS thread and without copying its indices; null at the end. */
  lookUpNext(loader: NativeBatchLoader, training: boolean): Promise<LookedUpBatch | null>
  /** Takes the gradient of the mean loss by the looked up batch's pooled rows; `last` ends an accumulation early. */
  collectGradients(gradients: Float32Array, last: boolean): CollectedGradients
  /** The tables' optimizer step on `gradientScale` times the summed gradients; counts as a step. */
  updateTables(learningRateScale: number, gradientScale: number): void
  /** The factors of dropout operation `operation` of the plan for the looked up batch: [size, width]. */
  dropoutMask(operation: number): Float32Array
  /** Forward only, after the loss's clamp; [size]. */
  predictBatch(batch: BatchArrays): Float32Array
  /** The mean loss of one batch, forward only. */
  lossOfBatch(batch: BatchArrays): number
  /** Consumes the loader off the JS thread. `unknown` has a byte a row: those of 1 are judged apart. */
  evaluate(loader: NativeBatchLoader, unknown?: Uint8Array | null): Promise<BinaryMetrics>
  /** Consumes the loader off the JS thread; predictions in the loader's order. */
  predict(loader: NativeBatchLoader): Promise<Float32Array>
  /** Gradients of the mean loss for tests and parity: every parameter's full gradient, by name. */
  gradients(batch: BatchArrays): Record<string, Float32Array>
  /** Writes parameters and state as safetensors with fsync (not a rename); `metadata` goes into its header. */
  save(path: string, metadata: string, includeState: boolean): Promise<{ bytes: number; sha256: string }>
  /** Loads what save wrote: names and shapes must match exactly. Returns the metadata. */
  load(path: string, includeState: boolean): Promise<string>
  /** Makes tables and layers compact, off the JS thread (JSON of Quantisation): the model then only predicts. */
  quantise(options: string): Promise<void>
  /** Ends a benchmark that is running on this model after its current step: its promise rejects with Cancelled. */
  stop(): void
  /** Whether training steps count time, operations and bytes; off at first. Evaluations and predictions never do. */
  setProfiling(on: boolean): void
  /** JSON of OperationProfile[] since the last reset. */
  profile(): string
  resetProfile(): void
  /** Records the next training steps, at most so many (up to 10,000), or fewer where 100,000 events are reached. */
  recordTrace(steps: number): void
  /** Ends the recording: JSON of a Trace, or of null where there was none. */
  takeTrace(): string
  /** Bytes of parameters + optimizer state. */
  memoryBytes(): number
}

export interface LookedUpBatch {
  size: number
  /** [size, dense columns], row-major. */
  dense: Float32Array
  /** [size]. */
  labels: Float32Array
  /** [size, sum of the bags' widths]; bags in the plan's order. */
  pooled: Float32Array
  /** Whether the loader has no batch after this one. */
  last: boolean
}

export interface CollectedGradients {
  /** Whether the optimizer steps now. */
  due: boolean
  /** Batches whose gradients are summed. */
  accumulated: number
  /** Sum of squares of the tables' summed gradients, where gradients are clipped and a step is due; else 0. */
  squaredNorm: number
}

/** Row-wise: every row of a table, or of a layer's weights, has a scale and an offset of its own. */
export interface Quantisation {
  tables: 'fp32' | 'int8' | 'int4'
  dense: 'fp32' | 'fp16' | 'int8'
}

export interface BenchmarkOptions {
  batchSize: number
  /** Distinct prebuilt batches of uniform indices. */
  batches: number
  warmupSteps: number
  seconds: number
  indicesPerLookup: number
  /** As the reference draws them: bag size uniform up to indicesPerLookup, duplicates removed. */
  variableBagSize: boolean
  seed: number
  /** Further steps to record after the measured ones, for as many seconds at most; 0 if absent. */
  traceSteps?: number
  /** False leaves the operations uncounted: there is no profile then. */
  profile?: boolean
}

// --------------------------------------------------------------- the datasets

/** A prepared dataset, memory-mapped. */
export interface NativeDataset {
  /** JSON of the manifest (main/contract/manifest.ts has its schema). */
  manifest(): string
  /** Checks every file's size and SHA-256 off the JS thread; rejects with Corrupt. */
  verify(): Promise<void>
  /**
   * One byte a row of the split, 1 where one of the row's values in these columns is in no training row. Off the JS thread.
   */
  unknownRows(split: BatchLoaderOptions['split'], sparse: string[]): Promise<Uint8Array>
  /** One pass over a split, prepared on a thread of its own. */
  batches(options: BatchLoaderOptions): NativeBatchLoader
}

export interface BatchLoaderOptions {
  split: 'train' | 'validation' | 'test'
  batchSize: number
  shuffle: boolean
  /** With epoch, decides the order; the order is the same on every machine. */
  seed: number
  epoch: number
  /** Batches to leave out at the front, for a resumed run. */
  startBatch: number
  /** Columns to carry, in this order: names of dense and sparse columns. */
  dense: string[]
  sparse: string[]
}

export interface NativeBatchLoader {
  /** Batches of this pass that are left. */
  remaining(): number
  /** The next batch as plain arrays, or null at the end. */
  next(): BatchArrays | null
  close(): void
}

/** What to read and how; the rows' fate is reported in ImportResult. */
export interface ImportSpec {
  files: string[]
  /** Text delimiter, one byte. Files ending in .gz are decompressed. */
  delimiter: string
  /** RFC 4180 quotes; false for Criteo TSV. */
  quotes: boolean
  /** Where quotes: a backslash escapes a quote sign in a quoted field, instead of a second quote sign. */
  backslashQuotes?: boolean
  header: boolean
  /** UTF-8 unless given; latin1 is Windows-1252, and utf-16 has the byte order of its mark. */
  encoding?: 'utf-8' | 'latin1' | 'utf-16'
  /** Numbers have a comma before their fraction. */
  decimalComma?: boolean
  /** Lines that begin with this sign are no rows. */
  comment?: string
  /** A line may end with one delimiter more than its fields need. */
  trailingDelimiter?: boolean
  /** What stands for a missing value, beside the empty field. */
  missingValues?: string[]
  /** In file order; their count is the field count every row must have. */
  columns: ImportColumn[]
  split: ImportSplit
  /** A new folder, written completely or removed again. The caller renames it into place. */
  destination: string
  name: string
  /** Share of rows, 0 to 1, above which the import fails with TooManyRejectedRows. */
  maxRejected: number
  /** How many rejected rows to report in full. */
  reportRejected: number
  /** Free-form provenance kept in the manifest (source, licence notice, ceiling AUC). */
  provenance: Record<string, unknown>
  /**
   * A prepared dataset's folder: values become numbers as they did there, and the manifest's statistics are the ones
   * there. No label column and no training rows are needed then; without a label every label is 0.
   */
  encodeLike?: string
  /** Columns whose text goes to kept.jsonl in the destination: a JSON array of strings a row, in file order. */
  keepText?: string[]
}

/** missingValues: instead of the specification's. */
export type ImportColumn = { name: string; missingValues?: string[] } &
  /** positiveFrom: label = value >= positiveFrom. positive, negative: its two values. Without either only 0 and 1. */
  (
    | { role: 'label'; positiveFrom?: number; positive?: string; negative?: string }
    | {
        role: 'dense'
        /** Type of a well-formed field: an int64 or a finite float. */
        type: 'integer' | 'float'
        /** logClipped: log(1 + max(x, 0)). standard: (x - mean) / population deviation over training rows. */
        transform: 'none' | 'logClipped' | 'standard'
        missing: 'zero' | 'median' | 'reject'
      }
    | {
        role: 'sparse' | 'multiValued'
        /** hex: 1 to 16 hex digits (Criteo). */
        type: 'text' | 'hex'
        /** vocabulary: training values seen >= minimumCount times, sorted bytewise, numbered from 1; 0 = unseen.
         *  hash: 1 + hash mod (size - 1); 0 = missing.
         *  index: the value itself, decimal digits below size; 0 = missing. */
        encoding:
          | { kind: 'vocabulary'; minimumCount: number }
          | { kind: 'hash'; size: number }
          | { kind: 'index'; size: number }
        /** Separator of a multi-valued field; ' ' if absent. */
        separator?: string
      }
    | { role: 'ignore' }
  )

export type ImportSplit =
  /** Row i (from 0, accepted or not) goes by i mod modulus. */
  | { kind: 'modulo'; modulus: number; validation: number[]; test: number[] }
  /** First rows train, then validation, then test, in file order. */
  | { kind: 'tail'; validation: number; test: number }
  | { kind: 'ratio'; validation: number; test: number; seed: number }
  /** Sorted by a numeric (ignored or not) column: the latest rows are test. Ratios as for tail. */
  | { kind: 'time'; column: string; validation: number; test: number }
  /** By a column's text. Rows whose value is none of them are rejected. */
  | { kind: 'column'; column: string; train: string[]; validation: string[]; test: string[] }

export interface RejectedRow {
  /** Index into ImportSpec.files. */
  file: number
  /** 1-based line in the file (a header is line 1). */
  row: number
  /** Column name, or null where the row as a whole is wrong. */
  column: string | null
  reason: string
}

export interface ImportProgress {
  phase: 'scan' | 'write' | 'finish'
  bytesDone: number
  bytesTotal: number
  rows: number
  rejected: number
}

export interface ImportResult {
  rows: number
  rejected: { count: number; first: RejectedRow[] }
  /** Texts that stood for missing values, by column in file order. */
  missingTexts: { column: string; value: string; count: number }[]
  bytes: number
  durationMs: number
}

export interface ImportJob {
  /**
   * Rejects with code Cancelled after cancel(). An error may carry `details`, JSON text: { file, row?, column? },
   * { count, rows, first: RejectedRow[], file, row, column } of TooManyRejectedRows, or
   * { neededBytes, availableBytes } of DiskFull.
   */
  done: Promise<string>
  cancel(): void
}

export interface NativeAddon {
  Model: new (plan: string, options: string) => NativeModel
  /**
   * Trains on prebuilt random batches off the JS thread. JSON: { millisecondsPerStep: number[], profile:
   * OperationProfile[] summed over these steps, overheadMs: mean time of a step outside all operations, trace?: Trace }.
   */
  benchmark(model: NativeModel, options: string): Promise<string>
  /** This machine's roofs with this many threads, off the JS thread: JSON { gflops, gbPerSecond }. */
  measureRoofs(threads: number): Promise<string>
  /** JSON { instructionSets: string[], cores: number, model: string }. */
  cpuInfo(): string
  /** The kinds of operation that a plan may have. */
  operationKinds(): string[]
  /**
   * Indices of a plan's operations that cost nothing, because their inputs are written where their output is (JSON of
   * Plan). Throws InvalidPlan.
   */
  freeOperations(plan: string): number[]
  /** Opens a shared library so that addons loaded later find its symbols; it stays open. Throws Io with the reason. */
  openLibrary(path: string): void
  binaryMetrics(predictions: Float32Array, labels: Float32Array, unknown?: Uint8Array | null): BinaryMetrics
  openDataset(directory: string): NativeDataset
  /** onProgress gets JSON of ImportProgress, at most 10 times a second. Resolves to JSON of ImportResult. */
  importTable(spec: string, onProgress: (progress: string) => void): ImportJob
}

const here = dirname(fileURLToPath(import.meta.url))
/** From source this file lies in native/, bundled in dist/: the addon is beside or one folder over. */
const candidates = [join(here, 'dlrm-native.node'), join(here, '..', 'native', 'dlrm-native.node')]

let loaded: NativeAddon | undefined

/** The addon, loaded on first use. Throws with the remedy where it was not built. */
export function nativeAddon(): NativeAddon {
  if (loaded) return loaded
  const path = candidates.find((candidate) => existsSync(candidate))
  if (!path) throw new Error('The native engine is not built: run `npm run build`.')
  loaded = createRequire(import.meta.url)(path) as NativeAddon
  return loaded
}
