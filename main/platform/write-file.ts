import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { realpath, stat, type FileHandle } from 'node:fs/promises'
import { diskFull, isFullCode } from './disk-space.ts'
import { StudioError } from '../contract/errors.ts'
import { replaceFile, syncFolder } from './durable-file.ts'
import { refuseWorkspaceFiles } from './refuse-workspace-files.ts'
import { sweepTemporaryFiles, temporaryName } from './temporary-file.ts'
import { isLink } from './workspace-links.ts'

/** Small pieces of text are collected up to this size before they are written. */
const BUFFER = 1 << 20

/** The interface through which an export writes its bytes. */
export interface Sink {
  text(piece: string): Promise<void>
  bytes(piece: Uint8Array): Promise<void>
}

/**
 * Writes a file that the user named, through a temporary one beside it, so that the former content stays whatever goes
 * wrong. A symbolic link remains, and its target is written. A broken link, a folder, a device and files of a workspace
 * are refused. Throws Io, DiskFull or InvalidArgument.
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

/** The path with symbolic links resolved, because a rename would replace a device by a file. */
async function ordinaryFile(path: string): Promise<string> {
  refuseBrokenLink(path)
  const there = await stat(path).catch(() => null)
  if (!there) return path
  if (there.isFile()) return realpath(path)
  const what = there.isDirectory() ? 'a folder' : 'not a regular file'
  throw new StudioError('Io', `${path} is ${what}: choose a file to write.`, { file: path })
}

/**
 * Throws Io for a symbolic link to nothing. Whoever created it wants the file at its target, perhaps on a disk that is
 * not connected, so neither the link nor the target may be replaced.
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
