/** What trains a plan. The trainer's loop knows this and no more, so that every backend is trained the same way. */
import { z } from 'zod'
import type { BatchLoaderOptions, ParameterInfo, Quantisation } from '../../../native/index.ts'
import { operationPhase } from '../../contract/operations.ts'
import type { Computation, Evaluation } from '../../contract/runs.ts'
import type { TrainingConfig } from '../../contract/training.ts'

export type PassOptions = Omit<BatchLoaderOptions, 'dense' | 'sparse'>

/** One pass over a split, in its order. */
export interface BatchPass {
  /** Batches that are left. */
  remaining(): number
  close(): void
}

/** What an operation has taken of all the steps that were counted. */
export const operationTotal = z.object({
  name: z.string(),
  phase: operationPhase,
  milliseconds: z.number(),
})
export type OperationTotal = z.infer<typeof operationTotal>

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
  /** Whether the time of training steps is counted by operation; not at first, for counting takes time too. */
  setProfiling(on: boolean): void
  /** Of all steps that were counted. */
  profile(): OperationTotal[]
  /** Consumes the pass. `unknown` marks the rows that have a value which training has not seen, to be judged apart. */
  evaluate(pass: BatchPass, unknown: Uint8Array | null): Promise<Evaluation>
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
