import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

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
