import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { StudioError } from '../contract/errors.ts'
import { databaseFile } from './workspace.ts'

/** What a workspace keeps in its folder; an exported file in the place of any of it would destroy runs or datasets. */
const KEPT = /^(studio\.db(-wal|-shm|-journal)?|space-reserve|datasets|checkpoints|importing|verified)$/i

/**
 * Throws InvalidArgument where a file to be written is, or lies among, what a workspace keeps: whoever names it has made a
 * mistake, and to agree to an overwriting is not to agree to the loss of a workspace. Links are followed.
 */
export function refuseWorkspaceFiles(path: string): void {
  const place = placeOf(resolve(path))
  for (let folder = dirname(place); ; folder = dirname(folder)) {
    const [first = ''] = relative(folder, place).split(sep)
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

/** Absolute and without links as far as it exists. */
function placeOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(placeOf(folder), basename(path))
  }
}
