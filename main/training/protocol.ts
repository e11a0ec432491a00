/** Every message between a run's owner (engine or command line) and its trainer process. */
import { z } from 'zod'
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

/** Points and lines get their sequence numbers from the database. */
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
  /** Go on from the newest sound checkpoint, if there is one. */
  resume: z.boolean(),
})
export type TrainerJob = z.infer<typeof trainerJob>

export const ownerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), job: trainerJob }),
  z.object({ kind: z.literal('pause') }),
  z.object({ kind: z.literal('resume') }),
  z.object({ kind: z.literal('stop') }),
  /** What the trainer sent under this number is in the database. */
  z.object({ kind: z.literal('stored'), number: z.int() }),
])
export type OwnerMessage = z.infer<typeof ownerMessage>

const savedCheckpoint = z.object({
  saved: newCheckpoint,
  /** Paths of checkpoints that are gone. */
  removed: z.array(z.string()),
})
export type SavedCheckpoint = z.infer<typeof savedCheckpoint>

/** What is new since the last update; numbered, so that the owner can say what it has stored. */
const bundle = {
  number: z.int(),
  points: z.array(newPoint),
  lines: z.array(newLine),
  progress: runProgress,
  /** Time the run has taken so far, pauses left out. */
  elapsedMs: z.number(),
  /** Mean over the run's training steps. */
  samplesPerSecond: z.number(),
}

export type Bundle = z.infer<z.ZodObject<typeof bundle>>

export const trainerMessage = z.discriminatedUnion('kind', [
  /** Everything is loaded and training begins, at `step` done steps; `epochs` are those a checkpoint knows of. */
  z.object({
    kind: z.literal('begun'),
    /** For the confirmation that its points are stored. */
    number: z.int(),
    computation,
    step: z.int(),
    epochs: z.array(epochResult),
    /** Points up to `step` that may never have reached the database. */
    points: z.array(newPoint),
    /** All that lie in the run's folder: a former owner may have died before it heard of a change. */
    checkpoints: z.array(newCheckpoint),
  }),
  z.object({ kind: z.literal('update'), ...bundle }),
  z.object({
    kind: z.literal('epoch'),
    ...bundle,
    result: epochResult,
    checkpoint: savedCheckpoint,
    /** null until enough steps were counted. */
    profile: runProfile.nullable(),
  }),
  z.object({ kind: z.literal('checkpoint'), ...bundle, checkpoint: savedCheckpoint }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('continued') }),
  z.object({
    kind: z.literal('ended'),
    /** null where it ended before training began. */
    last: z.object(bundle).nullable(),
    outcome: z.enum(['completed', 'stopped', 'failed']),
    error: errorData.nullable(),
  }),
])
export type TrainerMessage = z.infer<typeof trainerMessage>
