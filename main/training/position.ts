/** Where a run stands: everything beside parameters and optimizer state that going on bit-identically takes. */
import { z } from 'zod'
import { epochResult } from '../contract/runs.ts'
import { trainingConfig } from '../contract/training.ts'
import { newPoint } from './protocol.ts'

export const CHECKPOINT_FORMAT = 'dlrm-studio-checkpoint'
export const CHECKPOINT_VERSION = 1

/** NaN or infinity never get here: the run has failed as diverged before. */
export const runPosition = z.strictObject({
  /** Batches trained so far, in all epochs. */
  step: z.int().min(0),
  /** The epoch being trained, from 1; epochs + 1 once all are done. */
  epoch: z.int().min(1),
  /** Batches of it that are done. */
  batch: z.int().min(0),
  /** The optimizer's own count, fewer than step where gradients are accumulated. */
  optimizerSteps: z.int().min(0),
  best: z.strictObject({ epoch: z.int(), step: z.int(), value: z.number() }).nullable(),
  /** Epochs since the best one. */
  withoutImprovement: z.int().min(0),
  /** Sum over the epoch's rows of their batch's mean loss, and those rows. */
  epochLoss: z.strictObject({ sum: z.number(), rows: z.int() }),
  /** Losses of the steps since the last train/loss point. */
  pointLoss: z.strictObject({ sum: z.number(), steps: z.int() }),
  /** Time spent on the epoch and on the run, pauses left out. */
  epochMs: z.number(),
  elapsedMs: z.number(),
  /** Of which time spent in training steps. */
  trainedMs: z.number(),
  epochs: z.array(epochResult),
})
export type RunPosition = z.infer<typeof runPosition>

/** The JSON beside a checkpoint's safetensors. */
export const checkpointRecord = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  version: z.literal(CHECKPOINT_VERSION),
  run: z.string(),
  datasetHash: z.string(),
  config: trainingConfig,
  position: runPosition,
  /** Points that the owner had not confirmed when this was saved. */
  unstoredPoints: z.array(newPoint),
  kind: z.enum(['last', 'best', 'kept']),
  createdAt: z.string(),
  bytes: z.int(),
  sha256: z.string(),
})
export type CheckpointRecord = z.infer<typeof checkpointRecord>

export function freshPosition(): RunPosition {
  return {
    step: 0,
    epoch: 1,
    batch: 0,
    optimizerSteps: 0,
    best: null,
    withoutImprovement: 0,
    epochLoss: { sum: 0, rows: 0 },
    pointLoss: { sum: 0, steps: 0 },
    epochMs: 0,
    elapsedMs: 0,
    trainedMs: 0,
    epochs: [],
  }
}
