/** Generated from the Rust sources by `npm run generate`: do not edit. Change the types and their comments there. */

import type { BinaryMetrics, ExchangeReport } from './engine.ts'
import type { BatchLoaderOptions, SplitName } from './dataset.ts'

/** Opens the prepared dataset in a folder. Throws NotFound, Io or Corrupt. */
export declare function openDataset(directory: string): NativeDataset

/** A prepared dataset, memory-mapped. */
export declare class NativeDataset {
  /** JSON of the manifest (main/contract/manifest.ts has its schema). */
  manifest(): string
  /** Checks every file's size and SHA-256 off the JavaScript thread; rejects with Corrupt. */
  verify(): Promise<void>
  /**
   * One byte a row of the split, 1 where one of the row's values in these columns is in no training row. Off the
   * JavaScript thread.
   */
  unknownRows(split: SplitName, sparse: string[]): Promise<Uint8Array>
  /**
   * Starts a search for columns that predict the label alone and for rows that training has seen; onProgress gets the
   * share that is done, as JSON, at most 10 times a second. `done` resolves to JSON of LeakReport, and rejects with
   * Cancelled after cancel(), or InvalidArgument if there are no rows to score.
   */
  findLeaks(onProgress: (progress: string) => void): { done: Promise<string>; cancel(): void }
  /** The batches of one epoch over a split, which a thread of its own prepares. */
  batches(options: BatchLoaderOptions): NativeBatchLoader
}

/** The batches of one epoch over a split. */
export declare class NativeBatchLoader {
  /** Batches of this epoch that are left. */
  remaining(): number
  /** The next batch as plain arrays, or null at the end. */
  next(): BatchArrays | null
  /** Ends the epoch and its thread. A step that is being trained from it is completed. */
  close(): void
}

/** One batch as plain arrays. */
export interface BatchArrays {
  size: number
  /** [size, dense width], row-major. */
  dense: Float32Array
  /** [size]. */
  labels: Float32Array
  columns: Array<BatchColumn>
}

/** One sparse column of a batch. */
export interface BatchColumn {
  /** offsets[b] .. offsets[b + 1] (or the end) are bag b; without offsets there is one index a row. */
  offsets?: Int32Array | BigInt64Array
  indices: Int32Array | BigInt64Array
}

/**
 * Starts an import of the tables that `spec` (JSON of ImportSpec) describes; onProgress gets JSON of ImportProgress, at
 * most 10 times a second. `done` resolves to JSON of ImportResult, and rejects with Cancelled after cancel(). An error may
 * carry `details`, JSON text: { file, row?, column? }; { count, rows, first: RejectedRow[], file, row, column } of
 * TooManyRejectedRows; { neededBytes, availableBytes } of DiskFull.
 */
export declare function importTable(
  spec: string,
  onProgress: (progress: string) => void,
): { done: Promise<string>; cancel(): void }

/** Opens a shared library so that addons loaded later find its symbols; it stays open. Throws Io with the reason. */
export declare function openLibrary(path: string): void

/**
 * Trains on prebuilt random batches off the JavaScript thread (JSON of BenchmarkOptions). Resolves to JSON of
 * BenchmarkReport; rejects with Cancelled once the model is stopped.
 */
export declare function benchmark(model: Model, options: string): Promise<string>

/** This machine's roofs with this many threads, off the JavaScript thread: JSON of Roofs. */
export declare function measureRoofs(threads: number): Promise<string>

/**
 * Bytes a second that this many threads together read from memory, measured in a quarter of a second off the JavaScript
 * thread.
 */
export declare function memoryBandwidth(threads: number): Promise<number>

export interface CpuInfo {
  /** Those that the processor has and the engine uses, the best first. */
  instructionSets: Array<string>
  cores: number
  model: string
}

export declare function cpuInfo(): CpuInfo

/** Metrics of predictions against as many labels; `unknown` has a byte a row: those of 1 are judged apart. */
export declare function binaryMetrics(
  predictions: Float32Array,
  labels: Float32Array,
  unknown?: Uint8Array | null,
): BinaryMetrics

export interface SavedFile {
  bytes: number
  sha256: string
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

export interface ParameterInfo {
  name: string
  shape: Array<number>
}

/**
 * A model's parameters, optimizer state and scratch space. Methods of one instance never overlap: a call made while another
 * runs is an InvalidState.
 */
export declare class Model {
  /** Writes parameters and state as safetensors with fsync (not a rename); `metadata` goes into its header. */
  save(path: string, metadata: string, includeState: boolean): Promise<SavedFile>
  /** Loads what save wrote: names and shapes must match exactly. Returns the metadata. */
  load(path: string, includeState: boolean): Promise<string>
  /** Makes tables and layers compact, off the JavaScript thread (JSON of Quantisation): the model then only predicts. */
  quantise(options: string): Promise<void>
  /** Forward only, after the loss's clamp; [size]. */
  predictBatch(batch: BatchArrays): Float32Array
  /** The mean loss of one batch, forward only. */
  lossOfBatch(batch: BatchArrays): number
  /** Consumes the loader off the JavaScript thread. `unknown` has a byte a row: those of 1 are judged apart. */
  evaluate(loader: NativeBatchLoader, unknown?: Uint8Array | null): Promise<BinaryMetrics>
  /** Consumes the loader off the JavaScript thread; predictions in the loader's order. */
  predict(loader: NativeBatchLoader): Promise<Float32Array>
  /**
   * The embedding half of a step whose dense half is computed elsewhere: pools the batch's rows and, in training, keeps
   * the batch for collectGradients. Otherwise untrained rows are what stands in for them.
   */
  lookUp(batch: BatchArrays, training: boolean): LookedUpBatch
  /** The same for the loader's next batch, off the JavaScript thread and without copying its indices; null at the end. */
  lookUpNext(loader: NativeBatchLoader, training: boolean): Promise<LookedUpBatch | null>
  /** Takes the gradient of the mean loss by the looked up batch's pooled rows; `last` ends an accumulation early. */
  collectGradients(gradients: Float32Array, last: boolean): CollectedGradients
  /** The tables' optimizer step on `gradientScale` times the summed gradients; counts as a step. */
  updateTables(learningRateScale: number, gradientScale: number): void
  /** The factors of dropout operation `operation` of the plan for the looked up batch: [size, width]. */
  dropoutMask(operation: number): Float32Array
  /** The names of the sparse columns that this model looks up: all of the plan's, or those of the rank's tables. */
  lookedUpColumns(): Array<string>
  /** Draws every parameter in plan order from NumPy's legacy generator (MT19937) with this seed. */
  initialize(seed: number): void
  parameters(): Array<ParameterInfo>
  /** A copy, row-major. */
  getParameter(name: string): Float32Array
  /** All rows of a table that is set count as trained. */
  setParameter(name: string, values: Float32Array): void
  /** Optimizer state and tensors beside the parameters: names `<parameter>/sum`, `/mean`, `/variance`. */
  stateTensors(): Array<ParameterInfo>
  getState(name: string): Float32Array
  setState(name: string, values: Float32Array): void
  /** Optimizer steps done; part of what a resumed run needs (Adam's bias correction, dropout's stream). */
  stepCount(): number
  setStepCount(count: number): void
  /** Bytes of parameters + optimizer state. */
  memoryBytes(): number
  /** Whether training steps count time, operations and bytes; off at first. Evaluations and predictions never do. */
  setProfiling(on: boolean): void
  /** JSON of OperationProfile[] since the last reset. */
  profile(): string
  resetProfile(): void
  /** Records the next training steps, at most so many (up to 10,000), or fewer where 100,000 events are reached. */
  recordTrace(steps: number): void
  /** Ends the recording: JSON of a Trace, or of null where there was none. */
  takeTrace(): string
  /** Sets optimizers (JSON of TrainingSettings); allocates their state as zeros if the kinds changed. */
  configureTraining(settings: string): void
  /** One step at learning rates scale × settings' rates; the mean loss before the update. */
  trainBatch(batch: BatchArrays, learningRateScale: number): number
  /** learningRateScales.length steps off the JavaScript thread (fewer at the loader's end); the losses. */
  trainSteps(loader: NativeBatchLoader, learningRateScales: Float64Array): Promise<Float64Array>
  /** Gradients of the mean loss for tests and parity: every parameter's full gradient, by name. */
  gradients(batch: BatchArrays): Record<string, Float32Array>
  /**
   * Reads a plan and its options (JSON of Plan and EngineOptions); all parameters are zero. Throws InvalidPlan, or
   * InvalidArgument naming the option. With `ranks` it is one rank's part of a model: training, predictions, saving and
   * loading then have to be called on all ranks, with the same arguments and in the same order.
   */
  constructor(plan: string, options: string, ranks?: Ranks | null)
  /** Ends a benchmark that is running on this model after its current step: its promise rejects with Cancelled. */
  stop(): void
}

/** The kinds of operation that a plan may have, each with the names of its fields beside `node` and `kind`. */
export declare function operationFields(): Record<string, Array<string>>

/**
 * Indices of a plan's operations that cost nothing, because their inputs are written where their output is (JSON of
 * Plan). Throws InvalidPlan.
 */
export declare function freeOperations(plan: string): Array<number>

/** This process as a rank of the MPI job that started it. All ranks must make the same calls in the same order. */
export declare class Ranks {
  /**
   * Joins the job. `library` is the file made of native/mpi/src/shim.c by the mpicc of the implementation whose mpirun
   * started the process. Throws InvalidState if MPI cannot be started.
   */
  constructor(library: string)
  /** This rank, counted from 0. */
  rank(): number
  /** How many ranks the job has. */
  ranks(): number
  /** The name and version of the MPI implementation. */
  library(): string
  /** Gives rank 0's message to all ranks; the others' own messages are ignored. Throws InvalidState if the network fails. */
  broadcast(message: string): Promise<unknown>
  /** All ranks' messages, in the order of the ranks, on rank 0; elsewhere an empty list. Throws as `broadcast`. */
  gather(message: string): Promise<unknown>
  /** What the exchanges of each kind have taken on this rank so far. */
  exchanges(): Array<ExchangeReport>
  /**
   * What exchanges between the ranks take, as JSON: an array of {kind, values, seconds}. All ranks call it at the same
   * time. Throws as `broadcast`.
   */
  measureExchanges(): Promise<unknown>
  /**
   * How fast messages between the hosts are, of which each has one rank in `leaders`, in ascending order: seconds until a
   * short message arrives, and bytes a second; null on the other ranks and without a second host. All ranks call it at the
   * same time. Throws as `broadcast`.
   */
  measureNetwork(leaders: number[]): Promise<[number, number] | null>
  /**
   * Makes batches of a dataset, and reads and writes files, for so many other ranks, each of which calls `beServed`; a
   * thread does it until all of them leave.
   */
  serve(dataset: NativeDataset, clients: number): void
  /**
   * From now on the model of this rank reads and writes its files through another rank, which calls `serve`, and `batches`
   * come from there.
   */
  beServed(server: number): void
  /** As `batches` of a dataset, which the rank makes that serves this one. Throws InvalidState without one. */
  batches(options: BatchLoaderOptions): NativeBatchLoader
  /** Leaves the job and waits until all ranks do. No call is possible afterwards. */
  leave(): Promise<unknown>
  /** Ends all ranks of the job at once with this exit status, 1 to 125. */
  abort(status: number): void
}

/** Decodes a file's beginning as an import does: JSON of TextBeginning. `options` is JSON of BeginningOptions. */
export declare function decodeBeginning(beginning: Uint8Array, options: string): string

/**
 * Splits the beginning of a file into records as an import does: JSON of TextRecord[]. `options` is JSON of SampleOptions.
 * Throws InvalidArgument for a delimiter or a sign of comments that an import refuses.
 */
export declare function splitRecords(beginning: string, options: string): string

/** The beginning of a file, or of the first file in a zip archive. */
export interface FileBeginning {
  /** The first bytes, decompressed. */
  bytes: Buffer
  /** What the file is compressed by: gzip, zstd, bzip2, xz, lzma or zip. */
  compression?: string
}

/**
 * Resolves to at most `maxBytes` of the decompressed content of a file. Rejects with NotFound, Io, Corrupt or InvalidArgument
 * that names the file.
 */
export declare function fileBeginning(file: string, maxBytes: number): Promise<FileBeginning>

/**
 * Resolves to JSON of TablePreview, or to null for a file that is delimited text. `options` is JSON of TableOptions. Rejects with
 * NotFound, Io, Corrupt or InvalidArgument that names the file.
 */
export declare function previewTable(file: string, options: string): Promise<string>

/** How the times of a column are written, from its first values: JSON of DetectedTime, or of null if they are no times. */
export declare function detectTime(values: string[], decimalComma: boolean): string
