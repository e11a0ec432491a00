import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

/** What the window itself writes when it starts: its lock, caches and log. */
const NEEDED_BYTES = 8 * 1024 * 1024

/**
 * The folder in which the window of a workspace keeps its lock, its position and its log. It is in the workspace, so
 * that there is one window for each. A workspace that cannot be written, or is on a full disk, gets a folder in the
 * user's own data.
 */
export function windowFolder(workspace: string, userData: string): string {
  if (!existsSync(workspace) || canBeWritten(workspace)) return join(workspace, '.window')
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16)
  return join(userData, 'windows', name)
}

function canBeWritten(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= NEEDED_BYTES
  } catch {
    return false
  }
}
