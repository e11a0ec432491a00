/**
 * The position of a run: everything besides parameters and optimizer state that it needs to continue bit-identically.
 */
import { z } from 'zod'
import { epochResult } from '../contract/runs.ts'
import { trainingConfig } from '../contract/training.ts'
import { modelDocument } from '../model/document.ts'
import { newPoint } from './protocol.ts'

export const CHECKPOINT_FORMAT = 'dlrm-studio-checkpoint'
export const CHECKPOINT_VERSION = 1

/** The best value is finite, because a run with NaN or infinity has failed as diverged before. */
export const runPosition = z.strictObject({
  /** The number of batches that were trained, over all epochs. */
  step: z.int().min(0),
  /** The current epoch, from 1; epochs + 1 after the last one. */
  epoch: z.int().min(1),
  /** The number of its batches that were trained. */
  batch: z.int().min(0),
  /** The optimizer's own count, which is smaller than step if gradients are accumulated. */
  optimizerSteps: z.int().min(0),
  best: z.strictObject({ epoch: z.int(), step: z.int(), value: z.number() }).nullable(),
  /** The number of epochs since the best one. */
  withoutImprovement: z.int().min(0),
  /** The sum over the epoch's rows of the mean loss of their batch, and the number of these rows. */
  epochLoss: z.strictObject({ sum: z.number(), rows: z.int() }),
  /** The losses of the steps since the last point of train/loss. */
  pointLoss: z.strictObject({ sum: z.number(), steps: z.int() }),
  /** The time spent on the epoch and on the run, without pauses. */
  epochMs: z.number(),
  elapsedMs: z.number(),
  /** The part of it that was spent in training steps. */
  trainedMs: z.number(),
  epochs: z.array(epochResult),
})
export type RunPosition = z.infer<typeof runPosition>

/** The JSON record of a checkpoint, beside its safetensors file. */
export const checkpointRecord = z.strictObject({
  format: z.literal(CHECKPOINT_FORMAT),
  version: z.literal(CHECKPOINT_VERSION),
  run: z.string(),
  datasetHash: z.string(),
  config: trainingConfig,
  /** What was trained, so that a run can be listed again whose row is lost. Older checkpoints do not have it. */
  model: modelDocument.optional(),
  position: runPosition,
  /** Points that the owner had not confirmed when the checkpoint was saved. */
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
