/** Writing files so that neither a crash nor a power cut leaves half of one. */
import { open, rename, rm } from 'node:fs/promises'
import { diskFull, isFullCode } from '../../db/index.ts'
import { StudioError } from '../contract/errors.ts'

/**
 * Replaces a file so that after a crash it has its old content or the new, never less; sync its folder to be sure
 * which. Throws DiskFull or Io; nothing is left lying about then.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw writingError(error, path)
  }
}

/** Makes renames durable. Windows has no such call and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function writingError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  if (isFullCode(code)) return diskFull(path)
  return new StudioError('Io', `${path} cannot be written (${code}).`, { file: path })
}
