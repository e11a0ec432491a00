import { spawn } from 'node:child_process'
import { basename, dirname } from 'node:path'
import { entryFolder, updatedExecutable } from './installation.ts'

/**
 * Starts the version that an update has installed in the folder of this one, with the same arguments. Returns whether it
 * did, so that this process ends. If that version is gone, this one starts.
 */
export function startUpdatedVersion(executable: string, argv: readonly string[]): boolean {
  const entry = entryFolder(executable)
  // Only the first version is started by people.
  if (entry !== dirname(executable)) return false
  const updated = updatedExecutable(entry, basename(executable))
  if (updated === null) return false
  spawn(updated, argv.slice(1), { stdio: 'inherit', detached: true }).unref()
  return true
}
