/**
 * Installs TensorFlow's libraries in the user's data folder and removes them. An installation is prepared in a folder
 * of its own and renamed when it is complete, so that an interruption at any moment leaves the previous state.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'
import type { TensorFlowDevice } from '../../../../contract/backends.ts'
import { StudioError, toErrorData } from '../../../../contract/errors.ts'
import { isClaimAlive, newClaimName, parseClaim } from '../../../../platform/claim-name.ts'
import { fileError } from '../../../../platform/file-errors.ts'
import { requireFreeSpace } from '../../../../platform/disk-space.ts'
import { syncFolder, writeDurably } from '../../../../platform/durable-file.ts'
import { sha256OfFile } from '../../../../platform/sha256.ts'
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

/** The prefix of folders in use, whose names also say which process uses them. */
const INCOMING = 'incoming'
/** The share of an installation's time that downloads take; checking and unpacking take the rest. */
const DOWNLOAD_SHARE = 0.5

/** What an installation will download. Throws Unsupported if no TensorFlow was tested on this system. */
export function releaseOfThisMachine(device: TensorFlowDevice): Release {
  const release = releaseFor(device, process.platform, process.arch)
  if (release) return release
  throw new StudioError(
    'Unsupported',
    `TensorFlow is not supported on ${process.platform}-${process.arch}: use the native backend, ` +
      `or set DLRM_STUDIO_TENSORFLOW to a folder with the libraries of TensorFlow ${TENSORFLOW_VERSION}.`,
  )
}

/**
 * Installs what is missing or damaged. An intact installation is left unchanged. Throws DiskFull, Corrupt, Io, NotFound
 * or Cancelled.
 */
export async function installTensorFlow(options: InstallOptions): Promise<TensorFlowRuntime> {
  const { device, wheels } = options
  const release = releaseOfThisMachine(device)
  const folder = runtimesFolder()
  await mkdir(folder, { recursive: true })
  await sweep(folder)
  if (isIntact(device)) return requireInstallation(device)
  const largest = maximumOf(release.wheels.map(({ bytes }) => bytes))
  // pip has a wheel twice for a moment. Each is removed after it is unpacked.
  requireFreeSpace(folder, release.unpackedBytes + (wheels === undefined ? 2 * largest : 0))
  const incoming = await newIncoming(folder)
  try {
    const runtime = join(incoming, 'runtime')
    const record = await assemble(release, incoming, runtime, options)
    await writeDurably(join(runtime, RECORD_FILE), JSON.stringify(record))
    await syncFolder(runtime)
    await replaceInstallation(device, runtime, join(incoming, 'damaged'))
    await syncFolder(folder)
    return requireInstallation(device)
  } catch (error) {
    if (options.signal.aborted) throw new StudioError('Cancelled', 'Setting up TensorFlow was cancelled.')
    throw error
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

/** Removes the installation. Returns false if there is none. */
export async function removeTensorFlow(device: TensorFlowDevice): Promise<boolean> {
  const folder = runtimesFolder()
  await sweep(folder)
  const there = await stat(installationFolder(device)).catch(() => null)
  if (!there) return false
  // The folder is renamed first, so that a partly removed installation cannot be loaded.
  const outgoing = await newIncoming(folder)
  await rename(installationFolder(device), join(outgoing, 'runtime'))
  await rm(outgoing, { recursive: true, force: true })
  return true
}

/** Downloads, checks and unpacks one wheel after the other into `runtime`. */
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
    const range = (from: number, to: number) => (message: string, fraction: number | null) =>
      report(message, (before + wheel.bytes * (from + (to - from) * (fraction ?? 0))) / all)
    const fetched = wheels === undefined ? DOWNLOAD_SHARE : 0
    const file =
      wheels === undefined
        ? await downloadWheel(wheel, incoming, { signal, report: range(0, fetched) })
        : await chosenWheel(wheel, wheels, release.wheels.length > 1)
    await requireSha256(file, wheel, signal, range(fetched, fetched))
    appendAll(sizes, await unpack(file, runtime, wheel, signal, range(fetched, 1)))
    if (wheels === undefined) await rm(file)
    before += wheel.bytes
  }
  return { version: TENSORFLOW_VERSION, wheel: release.wheels[0]?.fileName ?? '', libraries: sizes }
}

/**
 * The chosen file, or the wheel in the chosen folder. If there are several wheels, a file stands for the folder it is
 * in.
 */
async function chosenWheel(wheel: PinnedWheel, chosen: string, many: boolean): Promise<string> {
  const isFolder = await stat(chosen).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (isFolder) return join(chosen, wheel.fileName)
  return many ? join(dirname(chosen), wheel.fileName) : chosen
}

function isIntact(device: TensorFlowDevice): boolean {
  try {
    requireInstallation(device)
    return true
  } catch (error) {
    // An installation that cannot be read at the moment must not be replaced.
    if (toErrorData(error).code !== 'Corrupt') throw error
    return false
  }
}

async function newIncoming(folder: string): Promise<string> {
  const path = join(folder, newClaimName(INCOMING))
  await mkdir(path)
  return path
}

/** Removes what interrupted installations left. Folders of living processes stay. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const claim = parseClaim(name)
    if (claim?.dataset === INCOMING && !isClaimAlive(claim))
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

/** The sizes of the extracted libraries. */
async function unpack(
  file: string,
  folder: string,
  wheel: PinnedWheel,
  signal: AbortSignal,
  report: InstallOptions['report'],
): Promise<RuntimeRecord['libraries']> {
  const paths = new Map(wheel.extracted)
  const sizes = new Map<string, number>()
  const archive = await openPromise(file)
  try {
    for await (const entry of archive.eachEntry()) {
      const name = paths.get(entry.fileName)
      if (name === undefined) continue
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      let done = 0
      const onBytes = (bytes: number): void => {
        done += bytes
        const share = entry.uncompressedSize > 0 ? done / entry.uncompressedSize : 1
        report(`Unpacking ${basename(name)}`, (sizes.size + share) / paths.size)
      }
      await writeEntry(await archive.openReadStreamPromise(entry), path, signal, onBytes)
      sizes.set(name, entry.uncompressedSize)
    }
  } finally {
    archive.close()
  }
  const missing = [...paths.values()].find((name) => !sizes.has(name))
  if (missing !== undefined) {
    throw new StudioError('Corrupt', `${file} does not contain ${missing}: choose ${wheel.fileName}.`, {
      file,
    })
  }
  const isLibrary = (name: string) => !name.startsWith('include/')
  return [...sizes].filter(([name]) => isLibrary(name)).map(([name, bytes]) => ({ name, bytes }))
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

/** Moves a damaged installation aside. If another process was faster, its installation stays. */
async function replaceInstallation(
  device: TensorFlowDevice,
  installed: string,
  aside: string,
): Promise<void> {
  const target = installationFolder(device)
  try {
    if (await stat(target).catch(() => null)) await rename(target, aside)
    await rename(installed, target)
  } catch (error) {
    if (isIntact(device)) return
    const { message } = toErrorData(error)
    throw new StudioError('Io', `${target} cannot be written: ${message}`, { file: target })
  }
}
