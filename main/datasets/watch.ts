import { watch, type FSWatcher } from 'node:fs'
import type { DatasetFolders } from './workspace-folders.ts'

/** Several changes within this time are reported once. */
const SETTLE_MS = 200

/**
 * Calls onChange when any process creates or removes a dataset's folder. If the system cannot watch a folder (some
 * network drives) there is no watcher, and other processes' changes show at the next listing.
 */
export function watchDatasets(folders: DatasetFolders, onChange: () => void): FSWatcher | null {
  let timer: NodeJS.Timeout | null = null
  try {
    const watcher = watch(folders.datasets, { persistent: false }, () => {
      timer ??= setTimeout(() => {
        timer = null
        onChange()
      }, SETTLE_MS).unref()
    })
    watcher.on('error', () => watcher.close())
    watcher.on('close', () => timer && clearTimeout(timer))
    return watcher
  } catch {
    return null
  }
}
