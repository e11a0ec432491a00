/**
 * Puts TensorFlow's libraries into the user's data folder and takes them away again. Everything is made in a folder of
 * its own and renamed into place when it is whole, so that an interruption at any moment leaves what was there before.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'
import { StudioError, toErrorData } from '../../../../contract/errors.ts'
import { isClaimAlive, newClaimName, parseClaim } from '../../../../datasets/claim-name.ts'
import { fileError } from '../../../../datasets/file-errors.ts'
import { requireFreeSpace } from '../../../../datasets/free-space.ts'
import { syncFolder, writeDurably } from '../../../durable-file.ts'
import { sha256OfFile } from '../../../file-hash.ts'
import { downloadWheel } from './download.ts'
import type { InstallOptions } from './install-options.ts'
import {
  installationFolder,
  RECORD_FILE,
  requireRuntime,
  runtimesFolder,
  type RuntimeRecord,
  type TensorFlowRuntime,
} from './installed.ts'
import { HEADERS, LIBRARIES, TENSORFLOW_VERSION, wheelFor, type TensorFlowWheel } from './pinned.ts'

/** What is unpacked, beside the wheel itself. */
const UNPACKED_BYTES = 860_000_000
/** Names folders that are at work, with whose they are. */
const INCOMING = 'incoming'

/** What an installation will fetch. Throws Unsupported where no TensorFlow was tried. */
export function wheelOfThisMachine(): TensorFlowWheel {
  const wheel = wheelFor(process.platform, process.arch)
  if (wheel) return wheel
  throw new StudioError(
    'Unsupported',
    `No TensorFlow was tried on ${process.platform}-${process.arch}: use the native backend, ` +
      `or set DLRM_STUDIO_TENSORFLOW to a folder with the libraries of TensorFlow ${TENSORFLOW_VERSION}.`,
  )
}

/** Installs what is missing or damaged; a sound installation is left alone. Throws DiskFull, Corrupt, Io, NotFound or Cancelled. */
export async function installTensorFlow(options: InstallOptions): Promise<TensorFlowRuntime> {
  const wheel = wheelOfThisMachine()
  const folder = runtimesFolder()
  await mkdir(folder, { recursive: true })
  await sweep(folder)
  if (await isInstalled()) return requireRuntime()
  await requireFreeSpace(folder, UNPACKED_BYTES + (options.wheelFile === undefined ? 2 * wheel.bytes : 0))
  const incoming = await newIncoming(folder)
  try {
    const file = options.wheelFile ?? (await downloadWheel(wheel, incoming, options))
    await requireSha256(file, wheel, options)
    const record = await unpack(file, join(incoming, 'runtime'), wheel, options)
    await writeDurably(join(incoming, 'runtime', RECORD_FILE), JSON.stringify(record))
    await syncFolder(join(incoming, 'runtime'))
    await putInPlace(join(incoming, 'runtime'), join(incoming, 'damaged'))
    await syncFolder(folder)
    return requireRuntime()
  } catch (error) {
    if (options.signal.aborted) throw new StudioError('Cancelled', 'Setting up TensorFlow was cancelled.')
    throw error
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

/** Frees the space; false where nothing was installed. */
export async function removeTensorFlow(): Promise<boolean> {
  const folder = runtimesFolder()
  await sweep(folder)
  const there = await stat(installationFolder()).catch(() => null)
  if (!there) return false
  // First out of the way at once, so that what is half removed cannot be loaded.
  const outgoing = await newIncoming(folder)
  await rename(installationFolder(), join(outgoing, 'runtime'))
  await rm(outgoing, { recursive: true, force: true })
  return true
}

async function isInstalled(): Promise<boolean> {
  try {
    return (await stat(installationFolder())).isDirectory() && requireRuntime().record !== null
  } catch {
    return false
  }
}

async function newIncoming(folder: string): Promise<string> {
  const path = join(folder, await newClaimName(INCOMING))
  await mkdir(path)
  return path
}

/** Removes what interrupted installations left; those of living processes stay. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const claim = parseClaim(name)
    if (claim?.dataset === INCOMING && !(await isClaimAlive(claim)))
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function requireSha256(
  file: string,
  wheel: TensorFlowWheel,
  { signal, report }: InstallOptions,
): Promise<void> {
  report('Checking the wheel', null)
  const found = await sha256OfFile(file, signal).catch((error: unknown) => {
    throw fileError(error, 'read', file)
  })
  if (found === wheel.sha256) return
  throw new StudioError(
    'Corrupt',
    `${file} is not ${wheel.fileName} as published (its SHA-256 differs): choose that wheel.`,
    {
      file,
    },
  )
}

/** Libraries to the folder's top, headers below include/. */
async function unpack(
  file: string,
  folder: string,
  wheel: TensorFlowWheel,
  { signal, report }: InstallOptions,
): Promise<RuntimeRecord> {
  const places = new Map<string, string>([
    ...LIBRARIES.map((name): [string, string] => [`tensorflow/${name}`, name]),
    ...HEADERS.map((name): [string, string] => [`tensorflow/include/${name}`, `include/${name}`]),
  ])
  const sizes = new Map<string, number>()
  let done = 0
  const archive = await openPromise(file)
  try {
    for await (const entry of archive.eachEntry()) {
      const place = places.get(entry.fileName)
      if (place === undefined) continue
      report('Unpacking', done / UNPACKED_BYTES)
      const path = join(folder, place)
      await mkdir(dirname(path), { recursive: true })
      await writeEntry(await archive.openReadStreamPromise(entry), path, signal, (bytes) => {
        done += bytes
        report('Unpacking', Math.min(done / UNPACKED_BYTES, 1))
      })
      sizes.set(place, entry.uncompressedSize)
    }
  } finally {
    archive.close()
  }
  const missing = [...places.values()].find((place) => !sizes.has(place))
  if (missing !== undefined) {
    throw new StudioError('Corrupt', `${file} holds no ${missing}: choose ${wheel.fileName}.`, { file })
  }
  return {
    version: TENSORFLOW_VERSION,
    wheel: wheel.fileName,
    libraries: LIBRARIES.map((name) => ({ name, bytes: sizes.get(name) ?? 0 })),
  }
}

async function writeEntry(
  source: NodeJS.ReadableStream,
  path: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  source.on('data', (chunk: Buffer) => onBytes(chunk.length))
  try {
    await pipeline(source, createWriteStream(path), { signal })
  } catch (error) {
    throw fileError(error, 'write', path)
  }
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A damaged installation is put aside; where another process was faster, its installation stays. */
async function putInPlace(made: string, aside: string): Promise<void> {
  const place = installationFolder()
  try {
    if (await stat(place).catch(() => null)) await rename(place, aside)
    await rename(made, place)
  } catch (error) {
    if (await isInstalled()) return
    const { message } = toErrorData(error)
    throw new StudioError('Io', `${place} cannot be written: ${message}`, { file: place })
  }
}
