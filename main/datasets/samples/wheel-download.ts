import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { StudioError, toErrorData } from '../../contract/errors.ts'
import { writeDurably } from '../../platform/durable-file.ts'
import { isMissing } from '../../platform/file-errors.ts'
import type { JobHandle } from '../jobs.ts'
import { readRegularFile } from '../../platform/regular-file.ts'
import { cacheFolder } from '../../platform/user-folders.ts'
import { sha256 } from '../../platform/sha256.ts'
import { fetchFromIndex, reachPage, shown } from './index-download.ts'
import { packageIndex } from './package-index.ts'
import { findPip, lastReason, run } from './pip.ts'

export interface PinnedWheel {
  /** The package's name in an index. */
  project: string
  requirement: string
  fileName: string
  sha256: string
}

const MAX_WHEEL_BYTES = 256 * 1024 * 1024
const DOWNLOAD_TIMEOUT_MS = 180_000
const DOWNLOAD_SILENCE_MS = 30_000
/** Whoever waits for the answer looks at the screen. */
const CHECK_SILENCE_MS = 1500
const NO_PIP =
  'The download needs a package index, and none is configured: set PIP_INDEX_URL, or install Python with pip ' +
  '(Debian: apt-get install python3-pip).'
const LOCAL_COPY =
  'or choose a local copy of the wheel, of the ml-100k folder in it, or of a zip of that folder'

/**
 * The wheel's bytes: from this user's cache, otherwise from the package index, where one is known, otherwise through this
 * machine's pip. They are always checked by SHA-256.
 */
export async function fetchWheel(wheel: PinnedWheel, handle: JobHandle): Promise<Buffer> {
  const folder = await cacheFolder()
  const cached = join(folder, wheel.fileName)
  const kept = await readRegularFile(cached, MAX_WHEEL_BYTES).catch(() => null)
  if (kept && sha256(kept) === wheel.sha256) return kept
  const index = packageIndex()
  const fromIndex = index ? await withoutPip(wheel, index, handle) : null
  if (Buffer.isBuffer(fromIndex)) {
    await writeDurably(cached, fromIndex)
    return fromIndex
  }
  const pip = await findPip(handle.signal)
  handle.signal.throwIfAborted()
  if (!pip) throw noWay(fromIndex)
  handle.report('download', 0, `Downloading ${wheel.requirement} with pip`)
  const temporary = await mkdtemp(join(folder, 'download-'))
  try {
    await download(wheel, pip, temporary, handle.signal)
    const path = join(temporary, wheel.fileName)
    const content = await readRegularFile(path, MAX_WHEEL_BYTES).catch(nothingIfMissing)
    if (!content || sha256(content) !== wheel.sha256)
      throw otherFile(wheel, 'pip', 'the package index that pip uses')
    await rename(path, cached)
    return content
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

/** Why the wheel cannot be fetched at the moment, or null if it probably can. Takes two seconds at most. */
export async function whyUnreachable(wheel: PinnedWheel, signal: AbortSignal): Promise<string | null> {
  const cached = join(await cacheFolder(), wheel.fileName)
  if (existsSync(cached)) return null
  const index = packageIndex()
  if (index) {
    try {
      await reachPage(index, wheel.project, { signal, silenceMs: CHECK_SILENCE_MS })
      return null
    } catch (error) {
      return signal.aborted
        ? `The package index ${shown(index)} does not answer.`
        : toErrorData(error).message
    }
  }
  if (!isConnected()) return 'This machine has no network connection.'
  return (await findPip(signal)) ? null : NO_PIP
}

/** Whether any network but the machine's own is there. */
const isConnected = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal))

/** The wheel, or why the index cannot give it. pip may have other indexes and ways to log in. */
async function withoutPip(wheel: PinnedWheel, index: URL, handle: JobHandle): Promise<Buffer | StudioError> {
  handle.report('download', 0, `Downloading ${wheel.requirement} from ${index.host}`)
  try {
    const options = { signal: handle.signal, silenceMs: DOWNLOAD_SILENCE_MS }
    const content = await fetchFromIndex(index, wheel, MAX_WHEEL_BYTES, options)
    return sha256(content) === wheel.sha256 ? content : otherFile(wheel, shown(index), 'the package index')
  } catch (error) {
    handle.signal.throwIfAborted()
    if (error instanceof StudioError) return error
    throw error
  }
}

function noWay(fromIndex: StudioError | null): StudioError {
  const [code, reason] = fromIndex
    ? [fromIndex.data.code, fromIndex.message]
    : (['NotFound', NO_PIP] as const)
  return new StudioError(code, `${reason} Check the network connection, ${LOCAL_COPY}.`)
}

const otherFile = (wheel: PinnedWheel, where: string, what: string): StudioError =>
  new StudioError(
    'Corrupt',
    `The download from ${where} is not ${wheel.fileName} with the expected SHA-256. Check ${what}, ${LOCAL_COPY}.`,
  )

/** A file that cannot be read at the moment may be the right one, so its error must not be reported as a wrong file. */
export function nothingIfMissing(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}

async function download(
  wheel: PinnedWheel,
  pip: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
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
