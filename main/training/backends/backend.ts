/** What trains a plan. The trainer's loop knows this and no more, so that every backend is trained the same way. */
import type { BatchLoaderOptions, ParameterInfo, Quantisation } from '../../../native/index.ts'
import type { Computation, Evaluation } from '../../contract/runs.ts'
import type { TrainingConfig } from '../../contract/training.ts'

export type PassOptions = Omit<BatchLoaderOptions, 'dense' | 'sparse'>

/** One pass over a split, in its order. */
export interface BatchPass {
  /** Batches that are left. */
  remaining(): number
  close(): void
}

/** A model with its optimizer state, bound to a dataset. Calls never overlap. */
export interface TrainingBackend {
  /** What computes here, and on what. */
  computation(): Computation
  parameters(): ParameterInfo[]
  /** Draws every parameter from the seed. */
  initialize(seed: number): void
  setParameter(name: string, values: Float32Array): void
  configure(config: TrainingConfig): void
  openPass(options: PassOptions): BatchPass
  /** One step for each scale (fewer at the pass's end); the mean losses before each update. */
  trainSteps(pass: BatchPass, learningRateScales: Float64Array): Promise<Float64Array>
  /** Consumes the pass. */
  evaluate(pass: BatchPass): Promise<Evaluation>
  /** Consumes the pass; predictions in its order. */
  predict(pass: BatchPass): Promise<Float32Array>
  /** Optimizer steps done. */
  stepCount(): number
  /** Writes parameters and optimizer state as safetensors and flushes them to disk. */
  save(path: string): Promise<{ bytes: number; sha256: string }>
  /** Loads what save wrote; a resumed run goes on bit-identically. */
  load(path: string, stepCount: number): Promise<void>
  /** Makes the parameters compact: from then on it only evaluates and predicts. */
  quantise(quantisation: Quantisation): Promise<void>
  /** Bytes of parameters and optimizer state: about what save writes. */
  memoryBytes(): number
}
