import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { realpath, stat, type FileHandle } from 'node:fs/promises'
import { diskFull, isFullCode } from './disk-space.ts'
import { StudioError } from '../contract/errors.ts'
import { replaceFile, syncFolder } from './durable-file.ts'
import { refuseWorkspaceFiles } from './refuse-workspace-files.ts'
import { sweepTemporaryFiles, temporaryName } from './temporary-file.ts'
import { isLink } from './workspace-links.ts'

/** Collects small pieces of text before they are written. */
const BUFFER = 1 << 20

/** Where an export puts its bytes. */
export interface Sink {
  text(piece: string): Promise<void>
  bytes(piece: Uint8Array): Promise<void>
}

/**
 * Writes a file the user named, by way of a temporary one beside it: whatever goes wrong, what stood there before
 * stays. A link stays one, and what it points at is written; a broken link, a folder or device is refused, and what a
 * workspace keeps. Throws Io, DiskFull or InvalidArgument.
 */
export async function writeFileSafely(
  path: string,
  write: (sink: Sink) => Promise<void>,
): Promise<{ path: string; bytes: number }> {
  const target = await ordinaryFile(path)
  refuseWorkspaceFiles(target)
  await sweepTemporaryFiles(dirname(target))
  try {
    await replaceFile(target, temporaryName(target), (file) => flushing(file, write))
    await syncFolder(dirname(target))
    return { path, bytes: (await stat(path)).size }
  } catch (error) {
    throw explained(error, path)
  }
}

/** What the path stands for, links followed; a rename would put a file in the place of a device. */
async function ordinaryFile(path: string): Promise<string> {
  refuseBrokenLink(path)
  const there = await stat(path).catch(() => null)
  if (!there) return path
  if (there.isFile()) return realpath(path)
  const what = there.isDirectory() ? 'a folder' : 'not a regular file'
  throw new StudioError('Io', `${path} is ${what}: choose a file to write.`, { file: path })
}

/**
 * Throws Io for a link that leads nowhere: whoever made it wants the file at its other end, perhaps on a disk that is not
 * there just now, and neither the link nor a file there may be made up.
 */
export function refuseBrokenLink(path: string): void {
  if (existsSync(path) || !isLink(path)) return
  throw new StudioError(
    'Io',
    `${path} is a symbolic link to a file that does not exist: remove the link, or choose another file.`,
    { file: path },
  )
}

async function flushing(file: FileHandle, write: (sink: Sink) => Promise<void>): Promise<void> {
  let waiting = ''
  const flush = async (): Promise<void> => {
    await file.appendFile(waiting)
    waiting = ''
  }
  await write({
    async text(piece) {
      waiting += piece
      if (waiting.length >= BUFFER) await flush()
    },
    async bytes(piece) {
      await flush()
      await file.appendFile(piece)
    },
  })
  await flush()
}

function explained(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (error instanceof StudioError || typeof code !== 'string') return error
  if (isFullCode(code)) return diskFull(path, { advice: 'or choose another disk' })
  return new StudioError(
    'Io',
    `${path} cannot be written (${code}): choose an existing folder that you can write to.`,
    { file: path },
  )
}
