/** A backend without a dataset: it trains on batches that it is handed as plain arrays. */
import type { BatchArrays, ParameterInfo } from '../../../native/index.ts'

/** Its optimizers are set; its parameters are to be drawn or set before the first step. */
export interface BatchTrainer {
  parameters(): ParameterInfo[]
  /** Draws every parameter from the seed. */
  initialize(seed: number): void
  setParameter(name: string, values: Float32Array): void
  /** A copy, row-major. */
  getParameter(name: string): Float32Array
  /** One step at `learningRateScale` times the configured rates; the mean loss before the update. */
  trainBatch(batch: BatchArrays, learningRateScale: number): number
  /** After the loss's clamp; [size]. */
  predictBatch(batch: BatchArrays): Float32Array
}
