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

export const unfinishedWork = z.object({
  /** Runs that can be resumed: stopped because the window was closed, or interrupted by a crash. */
  runs: z.array(z.object({ id: z.string(), name: z.string(), how: z.enum(['closed', 'interrupted']) })),
  /** Other work that closing the window has cancelled, in the words of `workspace.activity`. */
  others: z.array(z.string()),
})
export type UnfinishedWork = z.infer<typeof unfinishedWork>
