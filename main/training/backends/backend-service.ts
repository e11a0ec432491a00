/** The backends that are set up on this machine, and the installation that runs: one at a time. */
import type { BackendStatus, InstallationProgress, TensorFlowDevice } from '../../contract/backends.ts'
import { StudioError, toErrorData, type ErrorData } from '../../contract/errors.ts'
import type { EngineEvent } from '../../contract/events.ts'
import { buildBinding } from './tensorflow/runtime/binding.ts'
import { findTensorFlow } from './tensorflow/runtime/find-tensorflow.ts'
import { findGpus } from './tensorflow/runtime/gpus.ts'
import { installTensorFlow, removeTensorFlow } from './tensorflow/runtime/install.ts'
import type { InstallOptions } from './tensorflow/runtime/install-options.ts'
import {
  installationFolder,
  isRecorded,
  ownRuntime,
  requireInstallation,
} from './tensorflow/runtime/installed.ts'
import { chooseFolder, chosenFolder, runtimesFolder } from './tensorflow/runtime/own-folder.ts'
import { downloadBytes, releaseFor, TENSORFLOW_VERSION, type Release } from './tensorflow/runtime/pinned.ts'

const TELL_EVERY_MS = 250

/** Everything the backend tensorflow needs on a device; what is there already is left alone. */
export async function setUpTensorFlow(options: InstallOptions): Promise<string> {
  const { signal, report } = options
  const { folder } = await installTensorFlow(options)
  report('Compiling the binding', null)
  await buildBinding(folder, signal)
  return folder
}

export class BackendService {
  readonly #tell: (event: EngineEvent) => void
  #progress: InstallationProgress | null = null
  #running: { aborter: AbortController; ended: Promise<void> } | null = null
  #lastTold = 0

  constructor(tell: (event: EngineEvent) => void) {
    this.#tell = tell
  }

  /** Whether an installation runs. */
  get installing(): boolean {
    return this.#running !== null
  }

  async status(): Promise<BackendStatus> {
    const releases = (['cpu', 'gpu'] as const).map((device) =>
      releaseFor(device, process.platform, process.arch),
    )
    const [gpus, found] = await Promise.all([findGpus(), findTensorFlow()])
    return {
      gpus,
      found,
      installations: releases.filter((release) => release !== null).map(describe),
      own: describeOwn(),
      progress: this.#progress,
    }
  }

  /** Throws InvalidState while one runs. Its progress and its end are told as events. */
  install(device: TensorFlowDevice, wheels: string | undefined): void {
    this.#begin(device, (signal, report) => setUpTensorFlow({ device, wheels, signal, report }))
  }

  /** The same for the TensorFlow in a folder of the user's own; null: what is installed is used again. */
  async use(folder: string | null): Promise<void> {
    this.#requireIdle()
    await chooseFolder(folder)
    this.#tell({ kind: 'changed', what: 'backends' })
    if (folder === null) return
    this.#begin('own', (signal, report) => {
      report('Compiling the binding', null)
      return buildBinding(folder, signal)
    })
  }

  #begin(
    device: InstallationProgress['device'],
    work: (signal: AbortSignal, report: InstallOptions['report']) => Promise<unknown>,
  ): void {
    this.#requireIdle()
    const aborter = new AbortController()
    this.#progress = {
      device,
      state: 'running',
      message: 'Checking what is installed',
      fraction: 0,
      error: null,
    }
    const report: InstallOptions['report'] = (message, fraction) => this.#advance(message, fraction)
    const ended = work(aborter.signal, report).then(
      () => this.#end('done', null),
      (error: unknown) =>
        aborter.signal.aborted ? this.#end('cancelled', null) : this.#end('failed', toErrorData(error)),
    )
    this.#running = { aborter, ended }
    this.#send()
  }

  /** Does nothing where none runs. */
  cancel(): void {
    this.#running?.aborter.abort()
  }

  /** Throws InvalidState while an installation runs. */
  async remove(device: TensorFlowDevice): Promise<void> {
    this.#requireIdle()
    await removeTensorFlow(device)
    this.#progress = null
    this.#tell({ kind: 'changed', what: 'backends' })
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#running?.ended
  }

  #requireIdle(): void {
    if (!this.#running) return
    throw new StudioError('InvalidState', 'TensorFlow is being set up: wait for it to finish, or cancel it.')
  }

  #advance(message: string, fraction: number | null): void {
    if (!this.#progress || !this.#running) return
    const before = this.#progress.message
    this.#progress = { ...this.#progress, message, fraction }
    if (message !== before || performance.now() - this.#lastTold >= TELL_EVERY_MS) this.#send()
  }

  #end(state: 'done' | 'failed' | 'cancelled', error: ErrorData | null): void {
    if (this.#progress) this.#progress = { ...this.#progress, state, error }
    this.#running = null
    this.#send()
    this.#tell({ kind: 'changed', what: 'backends' })
  }

  #send(): void {
    this.#lastTold = performance.now()
    if (this.#progress) this.#tell({ kind: 'backend', progress: this.#progress })
  }
}

function describe(release: Release): BackendStatus['installations'][number] {
  const { device, wheels, unpackedBytes } = release
  const { recorded, problem } = lookAt(device)
  return {
    device,
    version: TENSORFLOW_VERSION,
    downloadBytes: downloadBytes(release),
    diskBytes: unpackedBytes,
    wheels: wheels.map(({ fileName }) => fileName),
    folder: installationFolder(device),
    state: !recorded ? 'absent' : problem?.code === 'Corrupt' ? 'damaged' : 'installed',
    problem,
  }
}

/** An installation that cannot be read now counts as one that is there: only what is proved damaged is called so. */
function lookAt(device: TensorFlowDevice): { recorded: boolean; problem: ErrorData | null } {
  try {
    const recorded = isRecorded(device)
    return { recorded, problem: recorded ? problemOf(() => requireInstallation(device)) : null }
  } catch (error) {
    return { recorded: true, problem: toErrorData(error) }
  }
}

function describeOwn(): BackendStatus['own'] {
  try {
    const chosen = chosenFolder()
    return chosen && { ...chosen, problem: problemOf(ownRuntime) }
  } catch (error) {
    return { folder: runtimesFolder(), by: 'Settings › Backends', problem: toErrorData(error) }
  }
}

function problemOf(look: () => unknown): ErrorData | null {
  try {
    look()
    return null
  } catch (error) {
    return toErrorData(error)
  }
}
