/** The backends that are set up on this machine, and their installation. Only one installation runs at a time. */
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

const PROGRESS_INTERVAL_MS = 250

/** Installs everything that the backend tensorflow needs on a device. What is already installed is left unchanged. */
export async function setUpTensorFlow(options: InstallOptions): Promise<string> {
  const { signal, report } = options
  const { folder } = await installTensorFlow(options)
  report('Compiling the binding', null)
  await buildBinding(folder, signal)
  return folder
}

export class BackendService {
  readonly #emit: (event: EngineEvent) => void
  #progress: InstallationProgress | null = null
  #running: { controller: AbortController; ended: Promise<void> } | null = null
  #lastEmitted = 0

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit
  }

  /** Whether an installation is running. */
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

  /** Throws InvalidState while an installation is running. Events report its progress and its end. */
  install(device: TensorFlowDevice, wheels: string | undefined): void {
    this.#begin(device, (signal, report) => setUpTensorFlow({ device, wheels, signal, report }))
  }

  /** The same for the TensorFlow in a folder of the user's own. With null the installed one is used again. */
  async use(folder: string | null): Promise<void> {
    this.#requireIdle()
    await chooseFolder(folder)
    this.#emit({ kind: 'changed', what: 'backends' })
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
    const controller = new AbortController()
    this.#progress = {
      device,
      state: 'running',
      message: 'Checking what is installed',
      fraction: 0,
      error: null,
    }
    const report: InstallOptions['report'] = (message, fraction) => this.#advance(message, fraction)
    const ended = work(controller.signal, report).then(
      () => this.#end('done', null),
      (error: unknown) =>
        controller.signal.aborted ? this.#end('cancelled', null) : this.#end('failed', toErrorData(error)),
    )
    this.#running = { controller, ended }
    this.#emitProgress()
  }

  /** Does nothing if no installation is running. */
  cancel(): void {
    this.#running?.controller.abort()
  }

  /** Throws InvalidState while an installation is running. */
  async remove(device: TensorFlowDevice): Promise<void> {
    this.#requireIdle()
    await removeTensorFlow(device)
    this.#progress = null
    this.#emit({ kind: 'changed', what: 'backends' })
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
    if (message !== before || performance.now() - this.#lastEmitted >= PROGRESS_INTERVAL_MS)
      this.#emitProgress()
  }

  #end(state: 'done' | 'failed' | 'cancelled', error: ErrorData | null): void {
    if (this.#progress) this.#progress = { ...this.#progress, state, error }
    this.#running = null
    this.#emitProgress()
    this.#emit({ kind: 'changed', what: 'backends' })
  }

  #emitProgress(): void {
    this.#lastEmitted = performance.now()
    if (this.#progress) this.#emit({ kind: 'backend', progress: this.#progress })
  }
}

function describe(release: Release): BackendStatus['installations'][number] {
  const { device, wheels, unpackedBytes } = release
  const { recorded, problem } = inspect(device)
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

/**
 * An installation that cannot be read at the moment counts as installed, because only what is proved damaged is called
 * damaged.
 */
function inspect(device: TensorFlowDevice): { recorded: boolean; problem: ErrorData | null } {
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

function problemOf(check: () => unknown): ErrorData | null {
  try {
    check()
    return null
  } catch (error) {
    return toErrorData(error)
  }
}
