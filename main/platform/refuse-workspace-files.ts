import { existsSync } from 'node:fs'
import { dirname, relative, sep } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { resolvedPath } from './resolved-path.ts'
import { databaseFile } from './workspace.ts'

/** The names in a workspace's folder. An exported file at one of them would destroy runs or datasets. */
const KEPT =
  /^(studio\.db(-wal|-shm|-journal)?|space-reserve|datasets|checkpoints|importing|verified|trash|quarantine|earlier-databases)$/i

/**
 * Throws InvalidArgument if an output file belongs to a workspace, because that is a mistake: agreeing to overwrite a
 * file does not mean agreeing to lose a workspace. Symbolic links are followed.
 */
export function refuseWorkspaceFiles(path: string): void {
  const target = resolvedPath(path)
  for (let folder = dirname(target); ; folder = dirname(folder)) {
    const [first = ''] = relative(folder, target).split(sep)
    if (KEPT.test(first) && existsSync(databaseFile(folder))) {
      throw new StudioError(
        'InvalidArgument',
        `${path} belongs to what the workspace ${folder} keeps: choose another place for the file.`,
        { file: path },
      )
    }
    if (folder === dirname(folder)) return
  }
}
