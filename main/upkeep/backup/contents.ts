/** Which files of a workspace a backup has. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isPlainName } from '../../contract/plain-name.ts'
import { appendAll } from '../../model/extremes.ts'
import { fileError, isMissing } from '../../platform/file-errors.ts'

/** What can be made again, belongs to a process, or is a copy of the database; the database itself is copied separately. */
const NOT_BACKED_UP =
  /^(studio\.db(-wal|-shm|-journal)?|space-reserve|importing|verified|earlier-databases|\..*)$/i
/** Unfinished files of a process. */
const UNFINISHED = /\.tmp$|\.trainer$/

export interface SourceFile {
  /** Relative to the workspace, with forward slashes. */
  path: string
  bytes: number
  /** In nanoseconds. */
  modified: bigint
}

export interface LeftOut {
  path: string
  why: string
}

/** The names in the workspace's folder that are backed up, in alphabetical order. */
export async function topLevelNames(workspace: string): Promise<string[]> {
  const names = await readdir(workspace).catch((error: unknown) => {
    throw fileError(error, 'list', workspace)
  })
  return names.filter((name) => !NOT_BACKED_UP.test(name)).toSorted()
}

/**
 * All files at or below a path of the workspace, in alphabetical order; none if it does not exist. What is no regular file, or has a name
 * that not every system can store, is left out.
 */
export async function filesBelow(
  workspace: string,
  path: string,
  leftOut: (what: LeftOut) => void,
): Promise<SourceFile[]> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (UNFINISHED.test(name)) return []
  const full = join(workspace, path)
  try {
    const info = await lstat(full, { bigint: true })
    if (!isPlainName(name)) {
      leftOut({ path, why: 'its name cannot be stored on every system' })
      return []
    }
    if (info.isFile()) return [{ path, bytes: Number(info.size), modified: info.mtimeNs }]
    if (info.isDirectory()) {
      const files: SourceFile[] = []
      for (const child of (await readdir(full)).toSorted())
        appendAll(files, await filesBelow(workspace, `${path}/${child}`, leftOut))
      return files
    }
    leftOut({ path, why: info.isSymbolicLink() ? 'it is a symbolic link' : 'it is no regular file' })
    return []
  } catch (error) {
    // It was removed in the meantime.
    if (isMissing(error)) return []
    throw fileError(error, 'read', full)
  }
}
