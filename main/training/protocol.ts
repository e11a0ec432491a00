/** All messages between a run's owner (engine or command line) and its trainer process. */
import { z } from 'zod'
import { jobTimes } from '../contract/cluster.ts'
import { errorData } from '../contract/errors.ts'
import {
  checkpointInfo,
  computation,
  epochResult,
  logLine,
  metricPoint,
  runProfile,
  runProgress,
} from '../contract/runs.ts'
import { trainingConfig } from '../contract/training.ts'
import { modelDocument } from '../model/document.ts'

/** The database assigns the sequence numbers of points and lines. */
export const newPoint = metricPoint.omit({ sequence: true })
export const newLine = logLine.omit({ sequence: true })
export const newCheckpoint = checkpointInfo.omit({ id: true })
export type NewPoint = z.infer<typeof newPoint>
export type NewLine = z.infer<typeof newLine>
export type NewCheckpoint = z.infer<typeof newCheckpoint>

export const trainerJob = z.object({
  run: z.string(),
  workspace: z.string(),
  /** The prepared dataset's folder. */
  datasetFolder: z.string(),
  datasetHash: z.string(),
  model: modelDocument,
  config: trainingConfig,
  initialParameters: z.string().nullable(),
  /** Whether to continue from the newest intact checkpoint, if there is one. */
  resume: z.boolean(),
})
export type TrainerJob = z.infer<typeof trainerJob>

export const ownerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), job: trainerJob }),
  z.object({ kind: z.literal('pause') }),
  z.object({ kind: z.literal('resume') }),
  z.object({ kind: z.literal('stop') }),
  /** The trainer's message with this number is stored in the database. */
  z.object({ kind: z.literal('stored'), number: z.int() }),
])
export type OwnerMessage = z.infer<typeof ownerMessage>

const savedCheckpoint = z.object({
  saved: newCheckpoint,
  /** The paths of removed checkpoints. */
  removed: z.array(z.string()),
})
export type SavedCheckpoint = z.infer<typeof savedCheckpoint>

/** What is new since the last update. It is numbered, so that the owner can confirm what it has stored. */
const bundle = {
  number: z.int(),
  points: z.array(newPoint),
  lines: z.array(newLine),
  progress: runProgress,
  /** The time that the run has taken so far, without pauses. */
  elapsedMs: z.number(),
  /** The mean over the run's training steps. */
  samplesPerSecond: z.number(),
}

export type Bundle = z.infer<z.ZodObject<typeof bundle>>
/** The progress of the run when a bundle is sent. */
export type ProgressSnapshot = Pick<Bundle, 'progress' | 'elapsedMs' | 'samplesPerSecond'>

export const trainerMessage = z.discriminatedUnion('kind', [
  /** Everything is loaded and training begins after `step` steps. `epochs` are those that the checkpoint contains. */
  z.object({
    kind: z.literal('begun'),
    /** The number by which the owner confirms that these points are stored. */
    number: z.int(),
    computation,
    step: z.int(),
    epochs: z.array(epochResult),
    /** Points up to `step` that may never have reached the database. */
    points: z.array(newPoint),
    /** All checkpoints in the run's folder, because a former owner may have died before it received a change. */
    checkpoints: z.array(newCheckpoint),
  }),
  z.object({ kind: z.literal('update'), ...bundle }),
  z.object({
    kind: z.literal('epoch'),
    ...bundle,
    result: epochResult,
    checkpoint: savedCheckpoint,
    /** null until enough steps were measured. */
    profile: runProfile.nullable(),
  }),
  z.object({ kind: z.literal('checkpoint'), ...bundle, checkpoint: savedCheckpoint }),
  /** What the ranks of a job have measured so far. */
  z.object({ kind: z.literal('ranks'), times: jobTimes }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('continued') }),
  z.object({
    kind: z.literal('ended'),
    /** null if the run ended before training began. */
    last: z.object(bundle).nullable(),
    outcome: z.enum(['completed', 'stopped', 'failed']),
    error: errorData.nullable(),
  }),
])
export type TrainerMessage = z.infer<typeof trainerMessage>
