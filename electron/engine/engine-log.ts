import { lstatSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'

const MAX_LOG_BYTES = 5 * 1024 * 1024

/** Opens the engine's log for appending. A log that has grown large becomes the previous log. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  const there = lstatSync(path, { throwIfNoEntry: false })
  // Opening a pipe instead of a file would wait for its reader, and a symbolic link leads elsewhere.
  if (there && (!there.isFile() || there.size > MAX_LOG_BYTES)) renameSync(path, `${path}.previous`)
  return openSync(path, 'a')
}
