import { mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const LARGEST_LOG_BYTES = 5 * 1024 * 1024

/** Opens the engine's log for appending; one that has grown large becomes the previous log. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true })
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > LARGEST_LOG_BYTES) renameSync(path, `${path}.previous`)
  return openSync(path, 'a')
}
