import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { StudioError } from '../contract/errors.ts'

/** The absolute path, with symbolic links resolved as far as it exists. */
export function resolvedPath(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync(absolute)
  } catch {
    const folder = dirname(absolute)
    return folder === absolute ? absolute : join(resolvedPath(folder), basename(absolute))
  }
}

/** Throws InvalidState if a path leads elsewhere than `place`, which resolvedPath gave when the path was chosen. */
export function requireSamePlace(path: string, place: string): void {
  if (resolvedPath(path) === place) return
  throw new StudioError(
    'InvalidState',
    `${path} leads to another file than when it was chosen, because it or a folder above it has become a symbolic ` +
      'link: choose it again if that is what you want.',
    { file: path },
  )
}
