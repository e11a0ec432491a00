/** The calibrations of the engine process. One runs at a time, and its result is stored. */
import { retryBusy, type StudioDatabase, STORING_LIMIT_MS } from '../../../db/index.ts'
import type { CalibrationProgress, CalibrationSubject } from '../../contract/calibration.ts'
import { StudioError, toErrorData } from '../../contract/errors.ts'
import type { EngineEvent } from '../../contract/events.ts'
import { calibrate, requireCalibration } from './calibrate.ts'
import { saveCalibration } from './stored-calibrations.ts'

export interface CalibrationServiceOptions {
  database: StudioDatabase
  emit: (event: EngineEvent) => void
  /** A sentence that says why the machine cannot be measured at the moment, or null if it can. */
  busy: () => string | null
}

export class CalibrationService {
  readonly #options: CalibrationServiceOptions
  #progress: CalibrationProgress | null = null
  #running: { abort: AbortController; ended: Promise<void> } | null = null

  constructor(options: CalibrationServiceOptions) {
    this.#options = options
  }

  /** The last calibration of this session. */
  get current(): CalibrationProgress | null {
    return this.#progress
  }

  /** Throws InvalidState if the machine is busy or memory is short, and Unsupported for what no backend supports. */
  start(subject: CalibrationSubject): CalibrationProgress {
    const busy = this.#running ? 'This machine is already being measured.' : this.#options.busy()
    if (busy) throw new StudioError('InvalidState', busy)
    requireCalibration(subject)
    const abort = new AbortController()
    const started = this.#change({ ...subject, state: 'running', fraction: 0, error: null })
    this.#running = { abort, ended: this.#run(subject, abort.signal) }
    return started
  }

  /** Does nothing if no calibration is running. */
  cancel(): void {
    this.#running?.abort.abort()
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#running?.ended
  }

  async #run(subject: CalibrationSubject, signal: AbortSignal): Promise<void> {
    const common = { ...subject, fraction: 1, error: null }
    try {
      const measured = await calibrate(subject, {
        signal,
        onFraction: (fraction) => void this.#change({ ...common, state: 'running', fraction }),
      })
      await retryBusy(STORING_LIMIT_MS, () => saveCalibration(this.#options.database, measured))
      this.#running = null
      this.#change({ ...common, state: 'done' })
    } catch (thrown) {
      this.#running = null
      const state = signal.aborted ? 'cancelled' : 'failed'
      this.#change({ ...common, state, error: signal.aborted ? null : toErrorData(thrown) })
    }
  }

  #change(progress: CalibrationProgress): CalibrationProgress {
    this.#progress = progress
    this.#options.emit({ kind: 'calibration', progress })
    return progress
  }
}
