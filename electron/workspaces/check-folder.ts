import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StudioError } from '../../main/contract/errors.ts'
import { isWorkspace } from '../../main/platform/workspace.ts'

/** What a folder is that a person has chosen: a workspace, an empty folder, or a folder with something else in it. */
export type FolderKind = 'workspace' | 'empty' | 'other'

/** Throws InvalidArgument for what cannot be a workspace, with a sentence for the person who chose it. */
export function kindOfFolder(chosen: string): FolderKind {
  const path = resolve(chosen)
  const refuse = (reason: string) => {
    throw new StudioError('InvalidArgument', `${path} cannot be a workspace: ${reason}.`, { file: path })
  }
  const outer = enclosingWorkspace(path)
  if (outer !== null) refuse(`it is inside the workspace ${outer}. Choose that one, or a folder elsewhere`)
  if (!existsSync(path)) return 'empty'
  if (!statSync(path).isDirectory()) refuse('it is not a folder')
  try {
    accessSync(path, constants.R_OK | constants.X_OK)
  } catch {
    refuse('it cannot be read. Change its permissions or choose another folder')
  }
  if (isWorkspace(path)) return 'workspace'
  return readdirSync(path).length === 0 ? 'empty' : 'other'
}

function enclosingWorkspace(path: string): string | null {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (isWorkspace(folder)) return folder
  return null
}
