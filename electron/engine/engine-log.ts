import { existsSync, lstatSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'

const MAX_LOG_BYTES = 5 * 1024 * 1024

/**
 * Opens the engine's log for appending. A log that has grown large becomes the previous log. Of its folders only the last is
 * made, so that nothing comes in the place of a workspace whose disk was removed.
 */
export function openLog(path: string): number {
  const folder = dirname(path)
  if (!existsSync(folder)) mkdirSync(folder)
  const there = lstatSync(path, { throwIfNoEntry: false })
  // Opening a pipe instead of a file would wait for its reader, and a symbolic link leads elsewhere.
  if (there && (!there.isFile() || there.size > MAX_LOG_BYTES)) renameSync(path, `${path}.previous`)
  return openSync(path, 'a')
}

/** Like openLog, but null where there can be no log, because an engine without one is better than none. */
export function openLogIfPossible(path: string): number | null {
  try {
    return openLog(path)
  } catch {
    return null
  }
}
