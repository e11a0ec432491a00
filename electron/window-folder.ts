import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasRoomFor } from '../main/platform/disk-space.ts'
import { sha256 } from '../main/platform/sha256.ts'
import { isWritable } from '../main/platform/workspace.ts'

/** What the window itself writes when it starts: its lock, caches and log. */
const NEEDED_BYTES = 8 * 1024 * 1024

/**
 * The folder in which the window of a workspace keeps its lock, its position and its log. It is in the workspace, so
 * that there is one window for each. A workspace that cannot be written, or is on a full disk, gets a folder in the
 * user's own data.
 */
export function windowFolder(workspace: string, userData: string): string {
  if (!existsSync(workspace) || canBeWritten(workspace)) return join(workspace, '.window')
  const name = sha256(workspace).slice(0, 16)
  return join(userData, 'windows', name)
}

const canBeWritten = (folder: string): boolean => isWritable(folder) && hasRoomFor(folder, NEEDED_BYTES)
