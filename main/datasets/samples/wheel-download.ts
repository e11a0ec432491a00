import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { isMissing } from '../../platform/file-errors.ts'
import type { JobHandle } from '../jobs.ts'
import { readRegularFile } from '../../platform/regular-file.ts'
import { cacheFolder } from '../../platform/user-folders.ts'
import { sha256 } from '../../platform/sha256.ts'
import { findPip, lastReason, run } from './pip.ts'

export interface PinnedWheel {
  requirement: string
  fileName: string
  sha256: string
}

const MAX_WHEEL_BYTES = 256 * 1024 * 1024
const DOWNLOAD_TIMEOUT_MS = 180_000
const LOCAL_COPY =
  'or choose a local copy of the wheel, of the ml-100k folder in it, or of a zip of that folder'

/**
 * The wheel's bytes: from this user's cache, otherwise through this machine's pip. They are always checked by SHA-256.
 */
export async function fetchWheel(wheel: PinnedWheel, handle: JobHandle): Promise<Buffer> {
  const folder = await cacheFolder()
  const cached = join(folder, wheel.fileName)
  const kept = await readRegularFile(cached, MAX_WHEEL_BYTES).catch(() => null)
  if (kept && sha256(kept) === wheel.sha256) return kept
  handle.report('download', 0, `Downloading ${wheel.requirement} with pip`)
  const temporary = await mkdtemp(join(folder, 'download-'))
  try {
    await download(wheel, temporary, handle.signal)
    const path = join(temporary, wheel.fileName)
    const content = await readRegularFile(path, MAX_WHEEL_BYTES).catch(nothingIfMissing)
    if (!content || sha256(content) !== wheel.sha256) {
      throw new StudioError(
        'Corrupt',
        `pip downloaded a file that is not ${wheel.fileName} with the expected SHA-256. ` +
          `Check the package index that pip uses, ${LOCAL_COPY}.`,
      )
    }
    await rename(path, cached)
    return content
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** A file that cannot be read at the moment may be the right one, so its error must not be reported as a wrong file. */
export function nothingIfMissing(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}

async function download(wheel: PinnedWheel, folder: string, signal: AbortSignal): Promise<void> {
  const pip = await findPip(signal)
  signal.throwIfAborted()
  if (!pip) {
    throw new StudioError(
      'NotFound',
      'The download needs Python with pip, which was not found. Install it (Debian: apt-get install python3-pip), ' +
        `${LOCAL_COPY}.`,
    )
  }
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '--no-input',
    '--retries=2',
    '--disable-pip-version-check',
  ]
  const command = [...pip, 'download', ...options, '-r', requirements, '-d', folder]
  const { code, output } = await run(command, DOWNLOAD_TIMEOUT_MS, signal)
  signal.throwIfAborted()
  if (code === 0) return
  throw new StudioError(
    'Io',
    `pip could not download ${wheel.requirement}: ${lastReason(output)} Check the network connection, ${LOCAL_COPY}.`,
  )
}
