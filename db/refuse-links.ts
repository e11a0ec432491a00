import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StudioError } from '../main/contract/errors.ts'
import { RESERVE_FILE } from './space-reserve.ts'

/**
 * Throws Unsupported where a database's file or one of those beside it is a symbolic link: what it points at
 * would be written to, which in a workspace of somebody else's can be any file of the user's.
 */
export function refuseLinks(file: string): void {
  const beside = ['', '-wal', '-shm', '-journal'].map((ending) => `${file}${ending}`)
  const link = [...beside, join(dirname(file), RESERVE_FILE)].find(isLink)
  if (link === undefined) return
  throw new StudioError(
    'Unsupported',
    `${link} is a symbolic link; links inside a workspace are not followed: replace it with the file itself, or open the ` +
      'folder that contains it.',
    { file: link },
  )
}

const isLink = (file: string): boolean =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
