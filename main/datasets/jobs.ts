import type { ImportOutcome, JobProgress } from '../contract/datasets.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { DatasetJob } from '../contract/datasets.ts'

/** The handle through which a job's work reports its progress and learns that it was cancelled. */
export interface JobHandle {
  signal: AbortSignal
  /** fraction: 0 to 1, or null if it is not known. */
  report(phase: string, fraction: number | null, message: string): void
}

export interface JobDescription {
  kind: JobProgress['kind']
  /** The dataset that is being created. */
  name: string
}

interface Entry {
  job: DatasetJob
  abort: AbortController
  done: Promise<ImportOutcome>
  lastReported: number
}

/** Listeners receive progress at most this often. A new phase and the end are always reported. */
const REPORT_EVERY_MS = 100
/** The number of finished jobs that are remembered. */
const KEPT_JOBS = 100

/** The long-running jobs of this process: their progress, cancelling them, and their outcomes. */
export class JobBoard {
  readonly #entries = new Map<string, Entry>()
  readonly #onProgress: (progress: JobProgress) => void
  #count = 0

  constructor(onProgress: (progress: JobProgress) => void) {
    this.#onProgress = onProgress
  }

  /** Starts the work and returns the job's id at once. */
  start(description: JobDescription, work: (handle: JobHandle) => Promise<ImportOutcome>): string {
    const id = `job-${++this.#count}`
    const abort = new AbortController()
    const progress: JobProgress = {
      job: id,
      ...description,
      phase: 'starting',
      fraction: 0,
      message: `Preparing ${description.name}`,
      state: 'running',
    }
    const entry: Entry = {
      job: { progress, outcome: null, error: null },
      abort,
      lastReported: 0,
      done: Promise.resolve()
        .then(() => work({ signal: abort.signal, report: (...step) => this.#report(entry, ...step) }))
        .then(
          (outcome) => this.#finish(entry, outcome),
          (error: unknown) => this.#fail(entry, error),
        ),
    }
    // The job stores the failure. Whoever waits for the job sees it too, but nobody has to.
    entry.done.catch(() => {})
    this.#entries.set(id, entry)
    this.#forgetOldest()
    this.#onProgress(progress)
    return id
  }

  list(): DatasetJob[] {
    return [...this.#entries.values()].map((entry) => entry.job)
  }

  /** Cancelling a finished job does nothing. */
  cancel(id: string): void {
    const entry = this.#entry(id)
    if (entry.job.progress.state === 'running') entry.abort.abort()
  }

  /** Cancels running jobs and waits until all of them have cleaned up. */
  async close(): Promise<void> {
    for (const entry of this.#entries.values()) entry.abort.abort()
    await Promise.allSettled([...this.#entries.values()].map((entry) => entry.done))
  }

  /** Rejects with a StudioError; with code Cancelled after cancel(). */
  wait(id: string): Promise<ImportOutcome> {
    return this.#entry(id).done
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id)
    if (!entry) throw new StudioError('NotFound', `There is no job ${id} in this session.`)
    return entry
  }

  #report(entry: Entry, phase: string, fraction: number | null, message: string): void {
    if (entry.job.progress.state !== 'running') return
    const now = performance.now()
    const newPhase = phase !== entry.job.progress.phase
    entry.job = { ...entry.job, progress: { ...entry.job.progress, phase, fraction, message } }
    if (!newPhase && now - entry.lastReported < REPORT_EVERY_MS) return
    entry.lastReported = now
    this.#onProgress(entry.job.progress)
  }

  #finish(entry: Entry, outcome: ImportOutcome): ImportOutcome {
    const message = `${outcome.dataset} is ready: ${outcome.rows.toLocaleString('en')} rows`
    this.#settle(entry, { phase: 'done', fraction: 1, message, state: 'done' }, { outcome, error: null })
    return outcome
  }

  #fail(entry: Entry, thrown: unknown): never {
    // Whatever error a cancelled job ends with, it ends because it was cancelled.
    const error = entry.abort.signal.aborted
      ? ({ code: 'Cancelled', message: `Cancelled. ${entry.job.progress.name} was not created.` } as const)
      : toErrorData(thrown)
    const { code, message, ...where } = error
    const state = code === 'Cancelled' ? 'cancelled' : 'failed'
    this.#settle(entry, { phase: state, fraction: null, message, state }, { outcome: null, error })
    throw new StudioError(code, message, where)
  }

  #settle(entry: Entry, last: Partial<JobProgress>, result: Pick<DatasetJob, 'outcome' | 'error'>): void {
    entry.job = { progress: { ...entry.job.progress, ...last }, ...result }
    this.#onProgress(entry.job.progress)
  }

  #forgetOldest(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= KEPT_JOBS) return
      if (entry.job.progress.state !== 'running') this.#entries.delete(id)
    }
  }
}
