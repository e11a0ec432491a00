/** What a backup consists of: `backup.json`, which is written last, so that only a whole backup has it. */
import { z } from 'zod'
import { StudioError } from '../../contract/errors.ts'
import { isPlainPath } from '../../contract/plain-name.ts'
import { BACKUP_LIST } from '../../contract/upkeep.ts'
import { unsealJson } from '../../platform/sealed-json.ts'

export const BACKUP_FORMAT = 'dlrm-studio-backup'
export const BACKUP_VERSION = 1
export const MANIFEST = BACKUP_LIST
/** The size of the manifest of some hundred thousand files. */
export const MAX_MANIFEST_BYTES = 256 * 1024 * 1024

const backedUpFile = z.strictObject({
  /** Relative to the workspace, with forward slashes. */
  path: z.string().refine(isPlainPath, 'names a file outside the backup'),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the workspace's file was last changed, in nanoseconds: a later backup reuses a file that is still the same. */
  modified: z.string(),
})
export type BackedUpFile = z.infer<typeof backedUpFile>

export const backupManifest = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  version: z.literal(BACKUP_VERSION),
  createdAt: z.string(),
  appVersion: z.string(),
  /** The folder that was backed up. */
  workspace: z.string(),
  bytes: z.int().min(0),
  files: z.array(backedUpFile),
  /** What is in the workspace and not in the backup. */
  leftOut: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  /** What was damaged in the workspace already, and is in the backup as it was. */
  problems: z.array(z.string()),
})
export type BackupManifest = z.infer<typeof backupManifest>

/** Throws Corrupt, or Unsupported for a backup of a newer release. `source` is the backup's place. */
export function parseManifest(text: string, source: string): BackupManifest {
  const unsealed = unsealJson(text)
  if (unsealed === null) throw damagedBackup(source, `its ${MANIFEST} has another checksum`)
  let content: unknown
  try {
    content = JSON.parse(unsealed)
  } catch {
    throw damagedBackup(source, `its ${MANIFEST} is not JSON`)
  }
  const { version } = (content ?? {}) as { version?: unknown }
  if (typeof version === 'number' && version > BACKUP_VERSION)
    throw new StudioError(
      'Unsupported',
      `The backup ${source} was made by a newer DLRM Studio: update DLRM Studio to restore it.`,
      { file: source },
    )
  const parsed = backupManifest.safeParse(content)
  if (parsed.success) return parsed.data
  throw damagedBackup(
    source,
    `its ${MANIFEST} is not valid at ${parsed.error.issues[0]?.path.join('.') ?? 'its beginning'}`,
  )
}

/** `why` completes the sentence "It cannot be restored:". */
export const damagedBackup = (source: string, why: string): StudioError =>
  new StudioError('Corrupt', `The backup ${source} cannot be restored: ${why}. Use another backup.`, {
    file: source,
  })
