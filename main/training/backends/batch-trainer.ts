/** A backend without a dataset, which trains on batches that are given as plain arrays. */
import type { BatchArrays } from '../../../native/index.ts'
import type { TrainableModel } from './backend.ts'

/** Its optimizers are set. Its parameters must be drawn or set before the first step. */
export interface BatchTrainer extends TrainableModel {
  /** A copy in row-major order. */
  getParameter(name: string): Float32Array
  /** One step at `learningRateScale` times the configured rates. Returns the mean loss before the update. */
  trainBatch(batch: BatchArrays, learningRateScale: number): number
  /** Predictions after the loss's clamp, [size]. */
  predictBatch(batch: BatchArrays): Float32Array
}
