import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { StudioError } from '../contract/errors.ts'

interface Surroundings {
  env: Record<string, string | undefined>
  platform: NodeJS.Platform
  home: string
}

const here = (): Surroundings => ({ env: process.env, platform: process.platform, home: homedir() })

/** The workspace used where none is named: in the user's data folder, the same for window and command line. */
export function defaultWorkspace({ env, platform, home }: Surroundings = here()): string {
  return join(dataFolder({ env, platform, home }), 'DLRM Studio', 'workspace')
}

function dataFolder({ env, platform, home }: Surroundings): string {
  if (platform === 'win32') return env.APPDATA || join(home, 'AppData', 'Roaming')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support')
  return env.XDG_DATA_HOME || join(home, '.local', 'share')
}

/** `chosen` (a --workspace argument), else DLRM_STUDIO_WORKSPACE, else the default; absolute. */
export function workspacePath(chosen?: string, surroundings: Surroundings = here()): string {
  return resolve(chosen || surroundings.env.DLRM_STUDIO_WORKSPACE || defaultWorkspace(surroundings))
}

/** Makes the folder if it is absent and checks that it can be read; returns its path. */
export function prepareWorkspace(path: string): string {
  try {
    makeFolder(path)
    if (!statSync(path).isDirectory()) throw new Error('it is not a folder')
    accessSync(path, constants.R_OK | constants.X_OK)
    return path
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StudioError('Io', `The workspace ${path} cannot be used: ${reason}. Choose another folder.`, {
      file: path,
    })
  }
}

/** Node's own recursive mkdir never returns where the system denies a folder that can be listed, as /proc does. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path))
    mkdirSync(path)
  }
}

/** Where a workspace keeps its database. */
export const databaseFile = (workspace: string): string => join(workspace, 'studio.db')
