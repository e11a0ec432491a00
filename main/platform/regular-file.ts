/**
 * Opens regular files only. A device that never ends, a pipe that nobody writes to and a folder are recognised before
 * anything is read, and nothing is read beyond the size that a file claims.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { StudioError } from '../contract/errors.ts'
import { fileError } from './file-errors.ts'

/** Without this flag, opening a pipe would wait for its writer. It has no effect on regular files. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

interface Stats {
  size: number
  isFile(): boolean
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
}

/** Opens a regular file to be read. Throws InvalidArgument for anything else, and NotFound or Io, naming it. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const handle = await open(path, READ).catch((error: unknown) => {
    throw openingError(error, path)
  })
  try {
    requireRegular(await handle.stat(), path)
    return handle
  } catch (error) {
    await handle.close()
    throw fileError(error, 'read', path)
  }
}

/**
 * The whole content of a regular file of at most `limit` bytes. Throws as openRegularFile does, and TooLarge, which
 * also applies if the file is longer than the system says, as files of /proc are.
 */
export async function readRegularFile(path: string, limit: number): Promise<Buffer> {
  const handle = await openRegularFile(path)
  try {
    const reading = contentOf(path, (await handle.stat()).size, limit)
    let step = reading.next()
    while (!step.done) {
      const { buffer, offset } = step.value
      step = reading.next((await handle.read(buffer, offset, buffer.length - offset, offset)).bytesRead)
    }
    return step.value
  } catch (error) {
    throw fileError(error, 'read', path)
  } finally {
    await handle.close()
  }
}

/** Like readRegularFile, for the few callers that cannot wait. */
export function readRegularFileSync(path: string, limit: number): Buffer {
  let file: number
  try {
    file = openSync(path, READ)
  } catch (error) {
    throw openingError(error, path)
  }
  try {
    const stats = fstatSync(file)
    requireRegular(stats, path)
    const reading = contentOf(path, stats.size, limit)
    let step = reading.next()
    while (!step.done) {
      const { buffer, offset } = step.value
      step = reading.next(readSync(file, buffer, offset, buffer.length - offset, offset))
    }
    return step.value
  } catch (error) {
    throw fileError(error, 'read', path)
  } finally {
    closeSync(file)
  }
}

/** Yields the buffer for the file's next bytes, receives how many were read, and returns the content. */
function* contentOf(
  path: string,
  size: number,
  limit: number,
): Generator<{ buffer: Buffer; offset: number }, Buffer, number> {
  if (size > limit) throw tooLarge(path, size, limit)
  // One additional byte shows that a file is longer than expected, or has grown.
  const buffer = Buffer.alloc(size + 1)
  let offset = 0
  while (offset < buffer.length) {
    const bytesRead = yield { buffer, offset }
    if (bytesRead === 0) return buffer.subarray(0, offset)
    offset += bytesRead
  }
  throw changing(path)
}

function requireRegular(stats: Stats, path: string): void {
  if (stats.isFile()) return
  const what = stats.isDirectory()
    ? 'a folder'
    : stats.isFIFO()
      ? 'a pipe'
      : stats.isSocket()
        ? 'a socket'
        : 'a device'
  throw notAFile(path, what)
}

/** A socket cannot be opened at all. */
function openingError(error: unknown, path: string): StudioError {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENXIO' ? notAFile(path, 'a socket or a device') : fileError(error, 'read', path)
}

const notAFile = (path: string, what: string): StudioError =>
  new StudioError('InvalidArgument', `Cannot read ${path}: it is ${what}. Choose a regular file.`, {
    file: path,
  })

const tooLarge = (path: string, size: number, limit: number): StudioError =>
  new StudioError('TooLarge', `${path} has ${size} bytes; at most ${limit} are read.`, { file: path })

const changing = (path: string): StudioError =>
  new StudioError(
    'Io',
    `Cannot read ${path}: it grew while it was being read. Try again when no other program is writing to it.`,
    { file: path },
  )
