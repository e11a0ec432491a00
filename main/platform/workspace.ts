import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { roamingDataFolder, userEnvironment, type UserEnvironment } from './user-folders.ts'

/** The workspace that is used if none is named: in the user's data folder, the same for window and command line. */
export const defaultWorkspace = (user?: UserEnvironment): string =>
  join(roamingDataFolder(user), 'DLRM Studio', 'workspace')

/** `chosen` (a --workspace argument), otherwise DLRM_STUDIO_WORKSPACE, otherwise the default; absolute. */
export function workspacePath(chosen?: string, user: UserEnvironment = userEnvironment()): string {
  return resolve(chosen || user.env.DLRM_STUDIO_WORKSPACE || defaultWorkspace(user))
}

/** What only a workspace contains. A folder without it may be the place of a disk that is not connected. */
export const workspaceMarks = (path: string): string[] => [databaseFile(path), join(path, 'datasets')]

export const isWorkspace = (path: string): boolean =>
  workspaceMarks(path).some((mark) => statSync(mark, { throwIfNoEntry: false }) !== undefined)

/**
 * Throws NotFound if a workspace that was used before is gone. An empty one that is made in its place would hide that, and be
 * in the way of the disk when it is connected again.
 */
export function requireStillThere(path: string): void {
  if (isWorkspace(path)) return
  throw new StudioError(
    'NotFound',
    `The workspace ${path} is gone: its disk was disconnected, or its folder was moved or deleted. Nothing was made in its ` +
      'place. Connect the disk or move the folder back, and choose File > Restart Engine.',
    { file: path },
  )
}

/** Creates the folder if it is absent and checks that it can be read. Returns its path. */
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

/** Node's own recursive mkdir never returns if the system denies a folder that can be listed, as /proc does. */
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

/** The path of a workspace's database. */
export const databaseFile = (workspace: string): string => join(workspace, 'studio.db')

/** Whether this process may write in a folder or to a file; false for a path that does not exist. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** The error for whatever would write in a workspace whose disk or permissions do not allow it. */
export function readOnlyWorkspace(workspace: string): StudioError {
  return new StudioError(
    'ReadOnly',
    `The workspace ${workspace} is read-only: runs can be viewed, compared, exported elsewhere and used to predict, ` +
      'but nothing can be changed. Change its permissions, or use a copy of it in a folder that you can write to.',
    { file: workspace },
  )
}
