import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from './file-errors.ts'

/** The bytes of all files in a folder, or of a file; 0 if there is nothing. Links count as what they are. */
export async function sizeOf(path: string): Promise<number> {
  try {
    const info = await lstat(path)
    if (!info.isDirectory()) return info.size
    const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))))
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch (error) {
    // It was removed in the meantime.
    if (isMissing(error)) return 0
    throw error
  }
}
