import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { refuseWorkspaceFiles } from '../platform/refuse-workspace-files.ts'
import { refuseBrokenLink } from '../platform/write-file.ts'

/**
 * Refuses a file that could not be written at the end, before the work begins. Throws AlreadyExists without `force`,
 * Io, or InvalidArgument for files of a workspace.
 */
export function checkOutputFile(path: string, { force }: { force: boolean }): void {
  refuseWorkspaceFiles(path)
  refuseBrokenLink(path)
  if (existsSync(path)) {
    if (force) return
    throw new StudioError('AlreadyExists', `${path} already exists: choose another file or add --force.`, {
      file: path,
    })
  }
  if (existsSync(dirname(path))) return
  throw new StudioError('Io', `${path} cannot be written: its folder does not exist.`, { file: path })
}
