import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Everything under a folder by path: each file's mode and hash, each link's target. */
export function contentOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const { mode } = lstatSync(path)
    const what = entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? hash(path) : 'folder'
    found[path.slice(folder.length + 1)] = `${mode.toString(8)} ${what}`
  }
  return found
}

const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
