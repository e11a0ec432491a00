/** A backend without a dataset, which trains on batches that are given as plain arrays. */
import type { BatchArrays, ParameterInfo } from '../../../native/index.ts'

/** Its optimizers are set. Its parameters must be drawn or set before the first step. */
export interface BatchTrainer {
  parameters(): ParameterInfo[]
  /** Draws every parameter from the seed. */
  initialize(seed: number): void
  setParameter(name: string, values: Float32Array): void
  /** A copy in row-major order. */
  getParameter(name: string): Float32Array
  /** One step at `learningRateScale` times the configured rates. Returns the mean loss before the update. */
  trainBatch(batch: BatchArrays, learningRateScale: number): number
  /** Predictions after the loss's clamp, [size]. */
  predictBatch(batch: BatchArrays): Float32Array
}
