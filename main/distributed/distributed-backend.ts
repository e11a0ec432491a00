/**
 * The model of an MPI job as rank 0 trains it: every call is announced to the other ranks, which make it on their own
 * models at the same time.
 */
import type { NativeDataset, ParameterInfo } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import { rankTime, type JobTimes } from '../contract/cluster.ts'
import type { Computation, ComputingJob, Evaluation } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { trainingMemory } from '../model/memory.ts'
import type { Plan } from '../model/plan-types.ts'
import type {
  BatchStream,
  BatchStreamOptions,
  OperationTotal,
  TrainingBackend,
} from '../training/backends/backend.ts'
import type { NativeBatchStream } from '../training/backends/dataset-backend.ts'
import { NativeBackend, type RankPart } from '../training/backends/native/native-backend.ts'
import type { Announcements } from './announcements.ts'
import type { RankClock } from './rank-clock.ts'

/** While steps are trained, the ranks report what they took this often. */
const REPORT_MS = 2000

class AnnouncedBatches implements BatchStream {
  readonly id: number
  readonly own: NativeBatchStream
  readonly #onClose: () => void

  constructor(id: number, own: NativeBatchStream, onClose: () => void) {
    this.id = id
    this.own = own
    this.#onClose = onClose
  }

  remaining(): number {
    return this.own.remaining()
  }

  close(): void {
    this.#onClose()
    this.own.close()
  }
}

export interface DistributedBackendOptions {
  plan: Plan
  dataset: NativeDataset
  /** With the threads of this rank. */
  config: TrainingConfig
  part: RankPart
  /** For the record of the run. */
  job: ComputingJob
  announcements: Announcements
  clock: RankClock
  /** Receives what all ranks have measured, from time to time and before each checkpoint. */
  onTimes: (times: JobTimes) => void
}

export class DistributedBackend implements TrainingBackend {
  readonly #own: NativeBackend
  readonly #announcements: Announcements
  readonly #job: ComputingJob
  readonly #memoryBytes: number
  readonly #part: RankPart
  readonly #clock: RankClock
  readonly #onTimes: DistributedBackendOptions['onTimes']
  #reportedAt = performance.now()
  #reportedSteps = 0
  #streams = 0

  constructor(options: DistributedBackendOptions) {
    const { plan, dataset, config, part, job, announcements, clock, onTimes } = options
    this.#part = part
    this.#clock = clock
    this.#onTimes = onTimes
    this.#own = new NativeBackend(plan, dataset, config, part)
    this.#job = job
    this.#memoryBytes = trainingMemory(plan, {
      backend: 'native',
      tables: config.tables.kind,
      dense: config.dense.kind,
      batchSize: config.batchSize,
    }).model
    this.#own.configure(config)
    this.#announcements = announcements
  }

  computation(): Computation {
    return { ...this.#own.computation(), job: this.#job }
  }

  parameters(): ParameterInfo[] {
    return this.#own.parameters()
  }

  initialize(seed: number): void {
    void this.#announcements.announce({ kind: 'initialize', seed })
    this.#own.initialize(seed)
  }

  setParameter(name: string, values: Float32Array): void {
    void this.#announcements.announce({ kind: 'setParameter', name })
    this.#own.setParameter(name, values)
  }

  /** The other ranks have the run's configuration. */
  configure(config: TrainingConfig): void {
    this.#own.configure(config)
  }

  openBatches(options: BatchStreamOptions): AnnouncedBatches {
    const id = ++this.#streams
    void this.#announcements.announce({ kind: 'openBatches', stream: id, options })
    const own = this.#own.openBatches(options)
    return new AnnouncedBatches(id, own, () => {
      void this.#announcements.announce({ kind: 'closeBatches', stream: id })
    })
  }

  async trainSteps(batches: AnnouncedBatches, learningRateScales: Float64Array): Promise<Float64Array> {
    await this.#announcements.announce({
      kind: 'trainSteps',
      stream: batches.id,
      learningRateScales: [...learningRateScales],
    })
    const losses = await this.#clock.measure(() => this.#own.trainSteps(batches.own, learningRateScales))
    if (performance.now() - this.#reportedAt >= REPORT_MS) await this.#reportTimes()
    return losses
  }

  async #reportTimes(): Promise<void> {
    const { ranks } = this.#part
    const { steps } = this.#clock
    if (steps === this.#reportedSteps) return
    await this.#announcements.announce({ kind: 'reportTimes' })
    const texts = (await ranks.gather(JSON.stringify(this.#clock.report()))) as string[]
    this.#reportedAt = performance.now()
    this.#reportedSteps = steps
    this.#onTimes({
      steps,
      ranks: texts.map((text) => rankTime.parse(JSON.parse(text))),
    })
  }

  /** Rank 0 stands for all, each of which computes the dense operations for its rows and has its own tables. */
  setProfiling(on: boolean): void {
    this.#own.setProfiling(on)
  }

  profile(): OperationTotal[] {
    return this.#own.profile()
  }

  async evaluate(batches: AnnouncedBatches, unknown: Uint8Array | null): Promise<Evaluation> {
    await this.#announcements.announce({ kind: 'evaluate', stream: batches.id })
    return this.#own.evaluate(batches.own, unknown)
  }

  async predict(batches: AnnouncedBatches): Promise<Float32Array> {
    await this.#announcements.announce({ kind: 'predict', stream: batches.id })
    return this.#own.predict(batches.own)
  }

  stepCount(): number {
    return this.#own.stepCount()
  }

  async save(path: string): Promise<{ bytes: number; sha256: string }> {
    await this.#reportTimes()
    await this.#announcements.announce({ kind: 'save', path })
    return this.#own.save(path)
  }

  async load(path: string, stepCount: number): Promise<void> {
    await this.#announcements.announce({ kind: 'load', path, stepCount })
    await this.#own.load(path, stepCount)
    // The next checkpoint replaces this one, which every rank must have read by then.
    await this.#announcements.meet()
  }

  quantise(): Promise<void> {
    return Promise.reject(
      new StudioError(
        'Unsupported',
        'A model that is being trained by several ranks cannot be made compact.',
      ),
    )
  }

  /** Of all ranks together: a checkpoint has the whole model. */
  memoryBytes(): number {
    return this.#memoryBytes
  }
}
