/** Where each system keeps what a user's programs store outside of documents. */
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileError } from './file-errors.ts'

/** What decides where a user's folders are. */
export interface UserEnvironment {
  env: Record<string, string | undefined>
  platform: NodeJS.Platform
  home: string
}

export const userEnvironment = (): UserEnvironment => ({
  env: process.env,
  platform: process.platform,
  home: homedir(),
})

/** For documents and settings, which Windows takes along to a user's other machines. */
export function roamingDataFolder(user = userEnvironment()): string {
  if (user.platform === 'win32') return user.env.APPDATA || join(user.home, 'AppData', 'Roaming')
  return dataFolder(user)
}

/** For what is of use on this machine only. */
function dataFolder({ env, platform, home } = userEnvironment()): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  return env.XDG_DATA_HOME || join(home, '.local', 'share')
}

/** What is installed for every workspace of this user. DLRM_STUDIO_DATA overrides it. */
export const sharedDataFolder = (): string =>
  process.env.DLRM_STUDIO_DATA || join(dataFolder(), 'dlrm-studio')

/** Where downloads are kept for every workspace of this user; made if absent. DLRM_STUDIO_CACHE overrides it. */
export async function cacheFolder(): Promise<string> {
  const folder = process.env.DLRM_STUDIO_CACHE || join(userCache(), 'dlrm-studio')
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, 'make the folder', folder)
  })
  return folder
}

function userCache({ env, platform, home } = userEnvironment()): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  return env.XDG_CACHE_HOME || join(home, '.cache')
}
