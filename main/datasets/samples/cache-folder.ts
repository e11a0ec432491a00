import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileError } from '../../platform/file-errors.ts'

/** Where downloads are kept for every workspace of this user; made if absent. DLRM_STUDIO_CACHE overrides it. */
export async function cacheFolder(): Promise<string> {
  const folder = process.env.DLRM_STUDIO_CACHE || join(userCache(), 'dlrm-studio')
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, 'make the folder', folder)
  })
  return folder
}

function userCache(): string {
  switch (process.platform) {
    case 'win32':
      return process.env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
    case 'darwin':
      return join(homedir(), 'Library', 'Caches')
    default:
      return process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  }
}
