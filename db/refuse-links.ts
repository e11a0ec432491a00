import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StudioError } from '../main/contract/errors.ts'
import { RESERVE_FILE } from './space-reserve.ts'

/**
 * Throws Unsupported if a database's file or one beside it is not a regular file. The target of a symbolic link would
 * be written to, which in a workspace from somebody else can be any file of the user's, and opening a pipe would wait
 * for ever.
 */
export function refuseLinks(file: string): void {
  const beside = ['', '-wal', '-shm', '-journal'].map((ending) => `${file}${ending}`)
  for (const path of [...beside, join(dirname(file), RESERVE_FILE)]) {
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found || found.isFile()) continue
    const why = found.isSymbolicLink()
      ? `${path} is a symbolic link; links inside a workspace are not followed: replace it with the file itself, or open the ` +
        'folder that contains it.'
      : `${path} is not a regular file: move it away, or open another workspace.`
    throw new StudioError('Unsupported', why, { file: path })
  }
}
