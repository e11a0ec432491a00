/** The benchmarks of the engine process. One runs at a time, in its own process, and its result is stored. */
import { retryBusy, type StudioDatabase, STORING_LIMIT_MS } from '../../db/index.ts'
import type { BenchmarkProgress, BenchmarkReport, BenchmarkRequest } from '../contract/benchmarks.ts'
import { StudioError, toErrorData, type ErrorData } from '../contract/errors.ts'
import type { EngineEvent } from '../contract/events.ts'
import { requireBackend } from '../training/backends/create-backend.ts'
import { describeEnd, WorkerProcess, type WorkerExit } from '../training/worker-process.ts'
import { requireMemory } from './memory-need.ts'
import { progressFraction } from './progress-fraction.ts'
import { benchmarkMessage, type OwnerMessage } from './protocol.ts'
import { listedBenchmark, saveBenchmark } from './results.ts'

const PROGRESS_INTERVAL_MS = 250
/** A process that has not stopped after this time, because it draws large tables for instance, is killed. */
const STOP_TIMEOUT_MS = 2000

interface Running {
  worker: WorkerProcess<OwnerMessage>
  ended: Promise<void>
  phaseSince: number
  /** The last message of the process: its report or its failure. */
  outcome: BenchmarkReport | ErrorData | null
  cancelled: boolean
}

export interface BenchmarkServiceOptions {
  database: StudioDatabase
  /** It is called at most four times a second, and at the beginning of each phase. */
  emit: (event: EngineEvent) => void
}

export class BenchmarkService {
  readonly #options: BenchmarkServiceOptions
  #progress: BenchmarkProgress | null = null
  #running: Running | null = null
  #count = 0

  constructor(options: BenchmarkServiceOptions) {
    this.#options = options
  }

  /** The last benchmark of this session. */
  get current(): BenchmarkProgress | null {
    return this.#progress
  }

  /** Throws InvalidState while a benchmark runs or if memory is short, and Unsupported for what no backend supports. */
  start(request: BenchmarkRequest): BenchmarkProgress {
    if (this.#running) {
      throw new StudioError(
        'InvalidState',
        'A benchmark is already running: wait for it to finish, or cancel it.',
      )
    }
    requireBackend(request.backend, request.precision)
    requireMemory(request)
    const worker = new WorkerProcess<OwnerMessage>('benchmark', (raw) => this.#receive(raw))
    const ticking = setInterval(() => this.#change({}), PROGRESS_INTERVAL_MS)
    this.#running = {
      worker,
      phaseSince: performance.now(),
      outcome: null,
      cancelled: false,
      ended: worker.ended.then((exit) => {
        clearInterval(ticking)
        this.#finish(exit)
      }),
    }
    worker.send({ kind: 'start', request })
    this.#progress = {
      benchmark: ++this.#count,
      request,
      state: 'running',
      phase: 'preparing',
      fraction: 0,
      result: null,
      error: null,
    }
    return this.#change({})
  }

  /** Cancelling a benchmark that has ended does nothing. */
  cancel(benchmark: number): void {
    if (this.#running && this.#progress?.benchmark === benchmark) this.#stop(this.#running)
  }

  /** Resolves when no benchmark is running. */
  async ended(): Promise<void> {
    await this.#running?.ended
  }

  async close(): Promise<void> {
    if (this.#running) this.#stop(this.#running)
    await this.ended()
  }

  #stop(running: Running): void {
    running.cancelled = true
    running.worker.send({ kind: 'stop' })
    const timeout = setTimeout(() => running.worker.kill(), STOP_TIMEOUT_MS)
    void running.ended.then(() => clearTimeout(timeout))
  }

  #receive(raw: unknown): void {
    const message = benchmarkMessage.parse(raw)
    if (!this.#running) return
    if (message.kind === 'done') this.#running.outcome = message.report
    else if (message.kind === 'failed') this.#running.outcome = message.error
    else if (message.kind === 'phase') {
      this.#running.phaseSince = performance.now()
      this.#change({ phase: message.phase })
    }
  }

  #finish(exit: WorkerExit): void {
    const running = this.#running
    if (!running) return
    const { outcome, cancelled } = running
    this.#running = null
    if (cancelled) return void this.#change({ state: 'cancelled' })
    if (outcome && 'operations' in outcome) return void this.#store(outcome)
    const error = outcome ?? new StudioError('Internal', describeEnd('benchmark', exit)).data
    this.#change({ state: 'failed', error })
  }

  async #store(report: BenchmarkReport): Promise<void> {
    const { database, emit } = this.#options
    try {
      const saved = await retryBusy(STORING_LIMIT_MS, () => saveBenchmark(database, report, 'window'))
      const { id } = saved
      emit({
        kind: 'changed',
        what: 'benchmarks',
        total: database.benchmarks.count(),
        changed: [listedBenchmark(saved)],
        removed: [],
      })
      this.#change({ state: 'done', phase: 'done', result: id })
    } catch (thrown) {
      this.#change({ state: 'failed', error: toErrorData(thrown) })
    }
  }

  #change(change: Partial<BenchmarkProgress>): BenchmarkProgress {
    if (!this.#progress) throw new Error('there is no benchmark to report on')
    const next = { ...this.#progress, ...change }
    const phaseMs = this.#running ? performance.now() - this.#running.phaseSince : 0
    this.#progress = { ...next, fraction: Math.max(next.fraction, progressFraction(next, phaseMs)) }
    this.#options.emit({ kind: 'benchmark', progress: this.#progress })
    return this.#progress
  }
}
