/** The folders in which each system stores programs' data of a user, other than documents. */
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileError } from './file-errors.ts'

/** The environment that determines a user's folders. */
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

/** For documents and settings, which Windows copies to a user's other machines. */
export function roamingDataFolder(user = userEnvironment()): string {
  if (user.platform === 'win32') return user.env.APPDATA || join(user.home, 'AppData', 'Roaming')
  return dataFolder(user)
}

/** For data that is useful only on this machine. */
function dataFolder({ env, platform, home } = userEnvironment()): string {
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  return env.XDG_DATA_HOME || join(home, '.local', 'share')
}

/** The folder of what is installed for all workspaces of this user. DLRM_STUDIO_DATA overrides it. */
export const sharedDataFolder = (): string =>
  process.env.DLRM_STUDIO_DATA || join(dataFolder(), 'dlrm-studio')

/** The folder of a person's settings on this machine. DLRM_STUDIO_SETTINGS overrides it. */
export const settingsFolder = (): string =>
  process.env.DLRM_STUDIO_SETTINGS || join(sharedDataFolder(), 'settings')

/**
 * The folder of downloads for all workspaces of this user, which is created if absent. DLRM_STUDIO_CACHE overrides it.
 */
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
