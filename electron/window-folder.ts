import {
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasRoomFor } from '../main/platform/disk-space.ts'
import { readRegularFileSync } from '../main/platform/regular-file.ts'
import { sha256 } from '../main/platform/sha256.ts'
import { isWritable } from '../main/platform/workspace.ts'

/** What the window itself writes when it starts: its lock, caches and log. */
const NEEDED_BYTES = 8 * 1024 * 1024
const MAX_PLACE_BYTES = 4096
const PLACE = 'place'
const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket']

/**
 * The folder in which the window of a workspace keeps its lock, its position and its log. It is in the workspace, so
 * that there is one window for each. A workspace that cannot be written or is on a full disk, or whose folder has symbolic
 * links, gets a folder in the user's own data: a workspace from somebody else could lead what the window writes anywhere.
 */
export function windowFolder(workspace: string, userData: string): string {
  const own = join(workspace, '.window')
  if (!existsSync(workspace) || (canBeWritten(workspace) && !hasLinks(own))) return own
  const name = sha256(workspace).slice(0, 16)
  return join(userData, 'windows', name)
}

/**
 * Removes a lock that is not of this folder. A workspace that was copied while its window was open, or that comes from
 * another machine, brings the lock of a window that is not there: it would send this process to the other window, or end it
 * without a word. A folder that was moved on its disk is the same one.
 */
export function dropForeignLock(folder: string): void {
  try {
    const file = join(folder, PLACE)
    const known = existsSync(file) ? readRegularFileSync(file, MAX_PLACE_BYTES).toString('utf8') : null
    if (known === placeOf(folder)) return
    // Workspaces of former versions have no place. Their locks stay if this machine made them.
    if (known !== null || !isOwnLock(join(folder, 'SingletonLock')))
      for (const name of LOCKS) rmSync(join(folder, name), { force: true })
  } catch {
    // A folder that cannot be read or written has no lock of a copy, because nothing could be copied into it.
  }
}

/** Notes, for dropForeignLock, that the lock was made in this folder on this machine. */
export function recordPlace(folder: string): void {
  try {
    writeFileSync(join(folder, PLACE), placeOf(folder))
  } catch {
    // On a full disk a copy of the workspace may open the window of the original, and nothing else is lost.
  }
}

function placeOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true })
  return `${dev}:${ino}:${hostname()}`
}

/** Chromium's locks are links to `host-pid`. */
function isOwnLock(lock: string): boolean {
  try {
    return readlinkSync(lock).startsWith(`${hostname()}-`)
  } catch {
    return true
  }
}

const canBeWritten = (folder: string): boolean => isWritable(folder) && hasRoomFor(folder, NEEDED_BYTES)

/** Whether there are links besides Chromium's locks, which name a process and lead to no file that it writes. */
function hasLinks(folder: string): boolean {
  const there = lstatSync(folder, { throwIfNoEntry: false })
  if (!there) return false
  if (!there.isDirectory()) return true
  const isForeign = (entry: Dirent): boolean =>
    entry.isSymbolicLink() && !(entry.parentPath === folder && LOCKS.includes(entry.name))
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).some(isForeign)
  } catch {
    return true // What cannot be listed cannot be known to have none.
  }
}
