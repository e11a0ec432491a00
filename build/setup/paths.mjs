import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

export const fromRoot = (...parts) => join(root, ...parts)

/** What this checkout downloaded for itself, which git ignores. */
export const runtimeFolder = fromRoot('.runtime')

/** Downloads that all checkouts of this user may share. */
export function userCacheFolder({ env = process.env, platform = process.platform, home = homedir() } = {}) {
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'dlrm-studio', 'Cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'dlrm-studio')
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'dlrm-studio')
}
