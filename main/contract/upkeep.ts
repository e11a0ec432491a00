/** Backing up, restoring, checking and repairing a workspace, in the form that every process uses. */
import { z } from 'zod'
import { errorData } from './errors.ts'
import { doctorCheck } from './workspace.ts'

/** The file in a backup that lists the others, and is written last. */
export const BACKUP_LIST = 'backup.json'

export const backupOutcome = z.object({
  /** The folder or file of this backup. */
  backup: z.string(),
  files: z.int(),
  bytes: z.int(),
  /** The files that have not changed since the last backup in the same folder, and share their space with it. */
  reused: z.int(),
  leftOut: z.array(z.object({ path: z.string(), why: z.string() })),
  /** What was damaged already, and is in the backup as it was, in sentences. */
  problems: z.array(z.string()),
  /** Whether the backup is on the disk of the workspace, and lost with it. */
  sameDisk: z.boolean(),
  durationMs: z.number(),
})
export type BackupOutcome = z.infer<typeof backupOutcome>

export const restoreOutcome = z.object({
  /** The folder of the restored workspace, and what it is called in the list of workspaces. */
  workspace: z.string(),
  id: z.string(),
  /** When the backup was made, ISO 8601. */
  createdAt: z.string(),
  files: z.int(),
  bytes: z.int(),
  /** What was damaged when it was backed up, in sentences. */
  problems: z.array(z.string()),
})

export const repairOutcome = z.object({
  /** What was kept or made anew, in sentences. */
  kept: z.array(z.string()),
  /** What was moved out of the way, relative to the workspace, and why. */
  moved: z.array(z.object({ path: z.string(), why: z.string() })),
  /** The folder to which it was moved; null if nothing was. */
  quarantine: z.string().nullable(),
  /** What could not be repaired, in sentences. */
  remaining: z.array(z.string()),
})
export type RepairOutcome = z.infer<typeof repairOutcome>

export const upkeepResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backup'), outcome: backupOutcome }),
  z.object({ kind: z.literal('restore'), outcome: restoreOutcome }),
  z.object({ kind: z.literal('check'), checks: z.array(doctorCheck) }),
  z.object({ kind: z.literal('repair'), outcome: repairOutcome }),
])
export type UpkeepResult = z.infer<typeof upkeepResult>

export const upkeepProgress = z.object({
  kind: z.enum(['backup', 'restore', 'check', 'repair']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** 0 to 1. */
  fraction: z.number(),
  /** What is being done, such as the file that is being copied. */
  message: z.string(),
  result: upkeepResult.nullable(),
  error: errorData.nullable(),
})
export type UpkeepProgress = z.infer<typeof upkeepProgress>
