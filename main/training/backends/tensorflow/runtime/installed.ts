/** The TensorFlow libraries that can be loaded, and their folders. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { TensorFlowDevice } from '../../../../contract/backends.ts'
import { StudioError, toErrorData } from '../../../../contract/errors.ts'
import type { DeviceChoice } from '../../../../contract/training.ts'
import { fileError, isMissing } from '../../../../platform/file-errors.ts'
import { commandFor, installation } from '../../../../platform/installation.ts'
import { readRegularFileSync } from '../../../../platform/regular-file.ts'
import { chosenFolder, requireLibraries, runtimesFolder } from './own-folder.ts'
import { releaseFor, TENSORFLOW_LIBRARIES, TENSORFLOW_VERSION } from './pinned.ts'

/** The record that is written last into an installation. It is checked before anything is loaded. */
export const RECORD_FILE = 'runtime.json'
export const runtimeRecord = z.object({
  version: z.string(),
  /** The wheel that contains TensorFlow itself. */
  wheel: z.string(),
  libraries: z.array(z.object({ name: z.string(), bytes: z.int() })),
})
export type RuntimeRecord = z.infer<typeof runtimeRecord>

export interface TensorFlowRuntime {
  folder: string
  /** The device that it supports, or null for a folder of the user's own, which may contain either. */
  device: TensorFlowDevice | null
  /** null for a folder of the user's own. */
  record: RuntimeRecord | null
  /** File names in the folder, in the order in which they are opened. */
  libraries: readonly string[]
}

export const INSTALL_COMMAND = installation ? commandFor('tensorflow install') : 'npm run setup:tensorflow'

/** The command that installs the libraries for a device. */
export const installCommand = (device: TensorFlowDevice): string =>
  device === 'cpu' ? INSTALL_COMMAND : `${INSTALL_COMMAND}${installation ? '' : ' --'} --device gpu`

export const installationFolder = (device: TensorFlowDevice): string =>
  join(runtimesFolder(), `${TENSORFLOW_VERSION}-${device}`)

/**
 * The runtime for a device: the folder that the user chose, otherwise an installed one. The libraries for a GPU also
 * compute on the CPU; `auto` prefers them. Throws NotFound if there is none, Corrupt if one of its files is not what
 * was installed, and Io if it cannot be read at the moment; each says what to do.
 */
export function requireRuntime(choice: DeviceChoice = 'auto'): TensorFlowRuntime {
  const own = ownRuntime()
  if (own) return own
  const order: TensorFlowDevice[] =
    choice === 'cpu' ? ['cpu', 'gpu'] : choice === 'gpu' ? ['gpu'] : ['gpu', 'cpu']
  const there = order.find((device) => isRecorded(device))
  if (there) return requireInstallation(there)
  const command = installCommand(choice === 'gpu' ? 'gpu' : 'cpu')
  const what = choice === 'gpu' ? 'TensorFlow for a GPU is' : 'TensorFlow is'
  const size = choice === 'gpu' ? '3.3 GB' : '275 MB'
  throw new StudioError(
    'NotFound',
    `${what} not set up: use Settings › Backends or \`${command}\` (a download of about ${size}), ` +
      'or set DLRM_STUDIO_TENSORFLOW to a folder with its libraries.',
    { field: choice === 'gpu' ? 'config.device' : 'config.backend' },
  )
}

/** The folder that the user chose instead of an installation. Throws NotFound if libraries are missing in it. */
export function ownRuntime(): TensorFlowRuntime | null {
  const chosen = chosenFolder()
  if (!chosen) return null
  requireLibraries(chosen.folder, `The folder that ${chosen.by} names`)
  return { folder: chosen.folder, device: null, record: null, libraries: TENSORFLOW_LIBRARIES }
}

/** Whether an installation exists, intact or not. Throws Io if that cannot be read at the moment. */
export const isRecorded = (device: TensorFlowDevice): boolean =>
  readIfPresent(join(installationFolder(device), RECORD_FILE)) !== null

/** Throws Corrupt if the installation does not exist or a file of it is not what was installed. */
export function requireInstallation(device: TensorFlowDevice): TensorFlowRuntime {
  const folder = installationFolder(device)
  const record = readRecord(readIfPresent(join(folder, RECORD_FILE)), folder, device)
  const libraries = releaseFor(device, process.platform, process.arch)?.libraries ?? TENSORFLOW_LIBRARIES
  const sizes = new Map(record.libraries.map(({ name, bytes }) => [name, bytes]))
  const unknown = libraries.find((name) => !sizes.has(name))
  const wrong = record.libraries.find(({ name, bytes }) => sizeOf(join(folder, name)) !== bytes)
  if (unknown !== undefined || wrong || record.version !== TENSORFLOW_VERSION)
    throw damaged(folder, device, wrong?.name ?? RECORD_FILE)
  return { folder, device, record, libraries }
}

function readRecord(text: string | null, folder: string, device: TensorFlowDevice): RuntimeRecord {
  try {
    return runtimeRecord.parse(JSON.parse(text ?? ''))
  } catch {
    throw damaged(folder, device, RECORD_FILE)
  }
}

function damaged(folder: string, device: TensorFlowDevice, file: string): StudioError {
  return new StudioError(
    'Corrupt',
    `${file} in ${folder} differs from what was installed: use Settings › Backends or \`${installCommand(device)}\` to repair it.`,
    { file: join(folder, file) },
  )
}

const MAX_RECORD_BYTES = 1024 * 1024

function readIfPresent(path: string): string | null {
  try {
    return readRegularFileSync(path, MAX_RECORD_BYTES).toString('utf8')
  } catch (error) {
    if (isMissing(error)) return null
    // A file that cannot be read at the moment may be intact. What is not a file is not what was installed.
    if (toErrorData(error).code === 'Io') throw error
    return ''
  }
}

/** Throws Io if the system does not say. */
function sizeOf(path: string): number | null {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? null
  } catch (error) {
    if (isMissing(error)) return null
    throw fileError(error, 'read', path)
  }
}
