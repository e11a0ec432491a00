/**
 * Puts TensorFlow's libraries into the user's data folder and takes them away again. Everything is made in a folder of
 * its own and renamed into place when it is whole, so that an interruption at any moment leaves what was there before.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'
import type { TensorFlowDevice } from '../../../../contract/backends.ts'
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
  requireInstallation,
  type RuntimeRecord,
  type TensorFlowRuntime,
} from './installed.ts'
import { runtimesFolder } from './own-folder.ts'
import { downloadBytes, releaseFor, TENSORFLOW_VERSION, type PinnedWheel, type Release } from './pinned.ts'
import { appendAll, maximumOf } from '../../../../model/extremes.ts'

/** Names folders that are at work, with whose they are. */
const INCOMING = 'incoming'
/** Of an installation's time, what is spent fetching; the rest checks and unpacks. */
const FETCHING = 0.5

/** What an installation will fetch. Throws Unsupported where no TensorFlow was tried. */
export function releaseOfThisMachine(device: TensorFlowDevice): Release {
  const release = releaseFor(device, process.platform, process.arch)
  if (release) return release
  throw new StudioError(
    'Unsupported',
    `TensorFlow is not supported on ${process.platform}-${process.arch}: use the native backend, ` +
      `or set DLRM_STUDIO_TENSORFLOW to a folder with the libraries of TensorFlow ${TENSORFLOW_VERSION}.`,
  )
}

/** Installs what is missing or damaged; a sound installation is left alone. Throws DiskFull, Corrupt, Io, NotFound or Cancelled. */
export async function installTensorFlow(options: InstallOptions): Promise<TensorFlowRuntime> {
  const { device, wheels } = options
  const release = releaseOfThisMachine(device)
  const folder = runtimesFolder()
  await mkdir(folder, { recursive: true })
  await sweep(folder)
  if (isSound(device)) return requireInstallation(device)
  const largest = maximumOf(release.wheels.map(({ bytes }) => bytes))
  // pip has a wheel twice for a moment; each is taken away again once it is unpacked.
  await requireFreeSpace(folder, release.unpackedBytes + (wheels === undefined ? 2 * largest : 0))
  const incoming = await newIncoming(folder)
  try {
    const runtime = join(incoming, 'runtime')
    const record = await assemble(release, incoming, runtime, options)
    await writeDurably(join(runtime, RECORD_FILE), JSON.stringify(record))
    await syncFolder(runtime)
    await putInPlace(device, runtime, join(incoming, 'damaged'))
    await syncFolder(folder)
    return requireInstallation(device)
  } catch (error) {
    if (options.signal.aborted) throw new StudioError('Cancelled', 'Setting up TensorFlow was cancelled.')
    throw error
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

/** Frees the space; false where nothing was installed. */
export async function removeTensorFlow(device: TensorFlowDevice): Promise<boolean> {
  const folder = runtimesFolder()
  await sweep(folder)
  const there = await stat(installationFolder(device)).catch(() => null)
  if (!there) return false
  // First out of the way at once, so that what is half removed cannot be loaded.
  const outgoing = await newIncoming(folder)
  await rename(installationFolder(device), join(outgoing, 'runtime'))
  await rm(outgoing, { recursive: true, force: true })
  return true
}

/** Wheel after wheel: fetched, checked, unpacked into `runtime`. */
async function assemble(
  release: Release,
  incoming: string,
  runtime: string,
  { wheels, signal, report }: InstallOptions,
): Promise<RuntimeRecord> {
  const all = downloadBytes(release)
  const sizes: RuntimeRecord['libraries'] = []
  let before = 0
  for (const wheel of release.wheels) {
    const part = (from: number, to: number) => (message: string, fraction: number | null) =>
      report(message, (before + wheel.bytes * (from + (to - from) * (fraction ?? 0))) / all)
    const fetched = wheels === undefined ? FETCHING : 0
    const file =
      wheels === undefined
        ? await downloadWheel(wheel, incoming, { signal, report: part(0, fetched) })
        : await chosenWheel(wheel, wheels, release.wheels.length > 1)
    await requireSha256(file, wheel, signal, part(fetched, fetched))
    appendAll(sizes, await unpack(file, runtime, wheel, signal, part(fetched, 1)))
    if (wheels === undefined) await rm(file)
    before += wheel.bytes
  }
  return { version: TENSORFLOW_VERSION, wheel: release.wheels[0]?.fileName ?? '', libraries: sizes }
}

/** The file that was chosen, or the wheel in the folder that was; one of many stands for the folder it is in. */
async function chosenWheel(wheel: PinnedWheel, chosen: string, many: boolean): Promise<string> {
  const isFolder = await stat(chosen).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return join(chosen, wheel.fileName)
  return many ? join(dirname(chosen), wheel.fileName) : chosen
}

function isSound(device: TensorFlowDevice): boolean {
  try {
    requireInstallation(device)
    return true
  } catch (error) {
    // What only cannot be read now is not to be replaced.
    if (toErrorData(error).code !== 'Corrupt') throw error
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
  wheel: PinnedWheel,
  signal: AbortSignal,
  report: InstallOptions['report'],
): Promise<void> {
  report(`Checking ${wheel.fileName}`, 0)
  const found = await sha256OfFile(file, signal).catch((error: unknown) => {
    throw fileError(error, 'read', file)
  })
  if (found === wheel.sha256) return
  throw new StudioError(
    'Corrupt',
    `${file} is not ${wheel.fileName} as published (its SHA-256 differs): choose that wheel.`,
    { file },
  )
}

/** Sizes of the libraries among what is kept. */
async function unpack(
  file: string,
  folder: string,
  wheel: PinnedWheel,
  signal: AbortSignal,
  report: InstallOptions['report'],
): Promise<RuntimeRecord['libraries']> {
  const places = new Map(wheel.kept)
  const sizes = new Map<string, number>()
  const archive = await openPromise(file)
  try {
    for await (const entry of archive.eachEntry()) {
      const place = places.get(entry.fileName)
      if (place === undefined) continue
      const path = join(folder, place)
      await mkdir(dirname(path), { recursive: true })
      let done = 0
      const tell = (bytes: number): void => {
        done += bytes
        const share = entry.uncompressedSize > 0 ? done / entry.uncompressedSize : 1
        report(`Unpacking ${basename(place)}`, (sizes.size + share) / places.size)
      }
      await writeEntry(await archive.openReadStreamPromise(entry), path, signal, tell)
      sizes.set(place, entry.uncompressedSize)
    }
  } finally {
    archive.close()
  }
  const missing = [...places.values()].find((place) => !sizes.has(place))
  if (missing !== undefined) {
    throw new StudioError('Corrupt', `${file} does not contain ${missing}: choose ${wheel.fileName}.`, {
      file,
    })
  }
  const isLibrary = (place: string) => !place.startsWith('include/')
  return [...sizes].filter(([place]) => isLibrary(place)).map(([name, bytes]) => ({ name, bytes }))
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
async function putInPlace(device: TensorFlowDevice, made: string, aside: string): Promise<void> {
  const place = installationFolder(device)
  try {
    if (await stat(place).catch(() => null)) await rename(place, aside)
    await rename(made, place)
  } catch (error) {
    if (isSound(device)) return
    const { message } = toErrorData(error)
    throw new StudioError('Io', `${place} cannot be written: ${message}`, { file: place })
  }
}
