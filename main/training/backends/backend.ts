/**
 * The interface of a training backend. The trainer's loop depends only on this, so every backend is trained the same
 * way.
 */
import type {
  BatchLoaderOptions,
  OperationProfile,
  ParameterInfo,
  Quantisation,
} from '../../../native/index.ts'
import type { Computation, Evaluation } from '../../contract/runs.ts'
import type { TrainingConfig } from '../../contract/training.ts'

export type BatchStreamOptions = Omit<BatchLoaderOptions, 'dense' | 'sparse'>

/** The options of a stream that reads a split's rows in the order of its files, from the first one. */
export const IN_ORDER = { shuffle: false, seed: 0, epoch: 0, startBatch: 0 } as const

/** The batches of a split in their order, each read once. */
export interface BatchStream {
  /** The number of batches that were not read yet. */
  remaining(): number
  close(): void
}

/** The time that an operation took in all profiled steps. */
export type OperationTotal = Pick<OperationProfile, 'name' | 'phase' | 'milliseconds'>

/** A model with its optimizer state. */
export interface TrainableModel {
  parameters(): ParameterInfo[]
  /** Draws every parameter from the seed. */
  initialize(seed: number): void
  setParameter(name: string, values: Float32Array): void
  /** The number of optimizer steps so far. */
  stepCount(): number
  /** Bytes of parameters and optimizer state, which is about what save writes. */
  memoryBytes(): number
}

/** A model that is bound to a dataset. Calls never overlap. */
export interface TrainingBackend extends TrainableModel {
  /** The backend, the device and the version that compute. */
  computation(): Computation
  configure(config: TrainingConfig): void
  openBatches(options: BatchStreamOptions): BatchStream
  /** One step for each scale, or fewer if the batches end. Returns the mean losses before each update. */
  trainSteps(batches: BatchStream, learningRateScales: Float64Array): Promise<Float64Array>
  /** Whether training steps are timed by operation. It is off at first, because timing takes time. */
  setProfiling(on: boolean): void
  /** For all profiled steps. */
  profile(): OperationTotal[]
  /**
   * Consumes the batches. `unknown` marks the rows with a value that training has not seen, which get metrics of their
   * own.
   */
  evaluate(batches: BatchStream, unknown: Uint8Array | null): Promise<Evaluation>
  /** Consumes the batches. Returns the predictions in their order. */
  predict(batches: BatchStream): Promise<Float32Array>
  /** Writes parameters and optimizer state as safetensors and flushes them to disk. */
  save(path: string): Promise<{ bytes: number; sha256: string }>
  /** Loads what save wrote. A resumed run continues bit-identically. */
  load(path: string, stepCount: number): Promise<void>
  /** Makes the parameters compact. Afterwards the backend only evaluates and predicts. */
  quantise(quantisation: Quantisation): Promise<void>
}
