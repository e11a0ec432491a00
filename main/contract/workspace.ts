/** The workspace, the machine and unfinished work, in the form that every process and page uses. */
import { z } from 'zod'

export const workspaceInfo = z.object({
  path: z.string(),
  appVersion: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  /** The memory that a new process could take at the moment without swapping. */
  freeMemoryBytes: z.number(),
  freeDiskBytes: z.number(),
  /** Whether there is no dataset and no run yet. The window then offers the quick start. */
  fresh: z.boolean(),
  /** Why nothing can be changed, in a sentence; null if everything can. */
  readOnly: z.string().nullable(),
})
export type WorkspaceInfo = z.infer<typeof workspaceInfo>

/** A check of what this machine or a workspace needs. */
export const doctorCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  found: z.string(),
  /** The exact command or step if something is missing. */
  remedy: z.string().nullable(),
})
export type DoctorCheck = z.infer<typeof doctorCheck>

/** A task of the engine, which ends with it. */
export const workTask = z.object({
  kind: z.enum(['run', 'dataset', 'benchmark', 'calibration', 'installation', 'export']),
  /** Worded as the end of a sentence: "training of “baseline”". */
  what: z.string(),
  /** 0 to 1, or null if it is not known. */
  fraction: z.number().nullable(),
  /** Whether it has been asked to stop, and saves what can be saved. */
  stopping: z.boolean(),
})
export type WorkTask = z.infer<typeof workTask>

const howItEnded = z.enum(['closed', 'interrupted'])

/** Work that did not come to its end: because the window was closed, or because a process ended unexpectedly. */
export const unfinishedWork = z.object({
  /** Runs that can be resumed. */
  runs: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      how: howItEnded,
      /** Trained batches, finished epochs, and the number of epochs that it is to train. */
      steps: z.int(),
      epochsDone: z.int(),
      epochs: z.int(),
    }),
  ),
  /** Work that has to be started again. */
  others: z.array(workTask.pick({ kind: true, what: true, fraction: true }).extend({ how: howItEnded })),
})
export type UnfinishedWork = z.infer<typeof unfinishedWork>
