import type { ImportOutcome, JobProgress } from '../contract/datasets.ts'
import { StudioError, toErrorData } from '../contract/errors.ts'
import type { Job } from '../contract/requests.ts'

/** What a job's work is given to tell how far it is and to hear that it was cancelled. */
export interface JobHandle {
  signal: AbortSignal
  /** fraction: 0 to 1, or null where it cannot be told. */
  report(phase: string, fraction: number | null, message: string): void
}

export interface JobDescription {
  kind: JobProgress['kind']
  /** The dataset being made. */
  name: string
}

interface Entry {
  job: Job
  abort: AbortController
  done: Promise<ImportOutcome>
  lastTold: number
}

/** Progress reaches listeners at most this often; a new phase and the end are always told. */
const REPORT_EVERY_MS = 100
/** Finished jobs that are remembered. */
const KEPT_JOBS = 100

/** The long-running work of this process: progress, cancelling, and what became of each. */
export class JobBoard {
  readonly #entries = new Map<string, Entry>()
  readonly #tell: (progress: JobProgress) => void
  #count = 0

  constructor(tell: (progress: JobProgress) => void) {
    this.#tell = tell
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
      lastTold: 0,
      done: Promise.resolve()
        .then(() => work({ signal: abort.signal, report: (...step) => this.#report(entry, ...step) }))
        .then(
          (outcome) => this.#finish(entry, outcome),
          (error: unknown) => this.#fail(entry, error),
        ),
    }
    // The failure is kept in the job; whoever waits sees it too, and nobody has to.
    entry.done.catch(() => {})
    this.#entries.set(id, entry)
    this.#forgetOldest()
    this.#tell(progress)
    return id
  }

  list(): Job[] {
    return [...this.#entries.values()].map((entry) => entry.job)
  }

  /** Cancelling a finished job does nothing. */
  cancel(id: string): void {
    const entry = this.#entry(id)
    if (entry.job.progress.state === 'running') entry.abort.abort()
  }

  /** Cancels what runs and waits until all of it has cleaned up. */
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
    if (!newPhase && now - entry.lastTold < REPORT_EVERY_MS) return
    entry.lastTold = now
    this.#tell(entry.job.progress)
  }

  #finish(entry: Entry, outcome: ImportOutcome): ImportOutcome {
    const message = `${outcome.dataset} is ready: ${outcome.rows.toLocaleString('en')} rows`
    this.#settle(entry, { phase: 'done', fraction: 1, message, state: 'done' }, { outcome, error: null })
    return outcome
  }

  #fail(entry: Entry, thrown: unknown): never {
    // Whatever a cancelled job fails with in the end, it fails because it was cancelled.
    const error = entry.abort.signal.aborted
      ? ({ code: 'Cancelled', message: `Cancelled. ${entry.job.progress.name} was not created.` } as const)
      : toErrorData(thrown)
    const { code, message, ...where } = error
    const state = code === 'Cancelled' ? 'cancelled' : 'failed'
    this.#settle(entry, { phase: state, fraction: null, message, state }, { outcome: null, error })
    throw new StudioError(code, message, where)
  }

  #settle(entry: Entry, last: Partial<JobProgress>, result: Pick<Job, 'outcome' | 'error'>): void {
    entry.job = { progress: { ...entry.job.progress, ...last }, ...result }
    this.#tell(entry.job.progress)
  }

  #forgetOldest(): void {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= KEPT_JOBS) return
      if (entry.job.progress.state !== 'running') this.#entries.delete(id)
    }
  }
}
