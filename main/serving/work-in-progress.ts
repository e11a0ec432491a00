/** The work of the engine: for the question before the window closes, and to stop it. */
import type { StudioDatabase } from '../../db/index.ts'
import type { BenchmarkService } from '../benchmark/benchmark-service.ts'
import type { CalibrationService } from '../benchmark/calibration/calibration-service.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { RunProgress } from '../contract/runs.ts'
import type { WorkTask } from '../contract/workspace.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'
import type { BackendService } from '../training/backends/backend-service.ts'
import type { RunService } from '../runs/run-service.ts'
import type { UpkeepService } from '../upkeep/upkeep-service.ts'
import type { OngoingRequests } from './ongoing-requests.ts'
import { notedTask, noteCutShort, noteOngoing } from './unfinished-work.ts'

export interface WorkSources {
  database: StudioDatabase
  datasets: Pick<DatasetService, 'jobs' | 'cancelJob'>
  runs: Pick<RunService, 'liveRuns' | 'stop'>
  benchmarks: Pick<BenchmarkService, 'current' | 'cancel'>
  calibrations: Pick<CalibrationService, 'current' | 'cancel'>
  backends: Pick<BackendService, 'installing' | 'cancel'>
  upkeep: Pick<UpkeepService, 'current' | 'cancel'>
  exports: Pick<OngoingRequests, 'names'>
  emit: (event: EngineEvent) => void
}

const upkeepWork = {
  backup: 'backup of the workspace',
  restore: 'restore of a backup',
  check: 'check of the workspace',
  repair: 'repair of the workspace',
} as const

const datasetWork = { import: 'import', sample: 'installation', generate: 'generation' } as const

export class WorkInProgress {
  readonly #sources: WorkSources
  #stopping = false
  #noted = '[]'
  #busy = false

  constructor(sources: WorkSources) {
    this.#sources = sources
  }

  /** The running tasks. It is empty if closing loses nothing. */
  tasks(): WorkTask[] {
    // A paused run has saved a checkpoint.
    const training = this.#sources.runs.liveRuns().filter(({ status }) => status !== 'paused')
    const tasks = [
      ...training.map(({ name, progress }) =>
        this.#task('run', `training of “${name}”`, progress && shareOf(progress)),
      ),
      ...this.#otherTasks(),
    ]
    if (tasks.length === 0) this.#stopping = false
    return tasks
  }

  #otherTasks(): WorkTask[] {
    const { datasets, benchmarks, calibrations, backends, upkeep, exports } = this.#sources
    const jobs = datasets.jobs().filter(({ progress }) => progress.state === 'running')
    const benchmark = running(benchmarks.current)
    const calibration = running(calibrations.current)
    const kept = running(upkeep.current)
    return [
      ...jobs.map(({ progress: { kind, name, fraction } }) =>
        this.#task('dataset', `${datasetWork[kind]} of “${name}”`, fraction),
      ),
      ...(benchmark ? [this.#task('benchmark', 'benchmark', benchmark.fraction)] : []),
      ...(calibration
        ? [this.#task('calibration', 'measurement of this machine', calibration.fraction)]
        : []),
      ...(backends.installing ? [this.#task('installation', 'installation of TensorFlow', null)] : []),
      ...(kept ? [this.#task('export', upkeepWork[kept.kind], kept.fraction)] : []),
      ...exports.names().map((what) => this.#task('export', what, null)),
    ]
  }

  #task(kind: WorkTask['kind'], what: string, fraction: number | null): WorkTask {
    return { kind, what, fraction, stopping: this.#stopping }
  }

  /** Asks all tasks to stop, and notes for the next start what they were. `tasks` becomes empty when they have ended. */
  stop(): void {
    const { runs, datasets, benchmarks, calibrations, backends, upkeep } = this.#sources
    this.noteForNextStart()
    this.#stopping = true
    for (const { id } of runs.liveRuns()) void runs.stop(id).catch(() => undefined)
    for (const { progress } of datasets.jobs()) {
      if (progress.state === 'running') datasets.cancelJob(progress.job)
    }
    const benchmark = running(benchmarks.current)
    if (benchmark) benchmarks.cancel(benchmark.benchmark)
    calibrations.cancel()
    backends.cancel()
    upkeep.cancel()
  }

  /** Called again and again: reports whether anything runs, and notes it for the case that this process is killed. */
  poll(): void {
    this.report()
    this.#noteForCrash()
  }

  /** Called before each answer as well, so that whoever has begun something knows that it can be cut short. */
  report(): void {
    const busy = this.tasks().length > 0
    if (busy !== this.#busy) this.#sources.emit({ kind: 'work', busy })
    this.#busy = busy
  }

  /** So that the next start can tell what was going on. */
  #noteForCrash(): void {
    if (this.#stopping) return
    const tasks = this.#otherTasks().map(notedTask)
    const text = JSON.stringify(tasks)
    if (text === this.#noted) return
    this.#noted = text
    noteOngoing(this.#sources.database, tasks)
  }

  /** Called before the tasks are stopped because the window closes. */
  noteForNextStart(): void {
    const runs = this.#sources.runs.liveRuns().map(({ id }) => id)
    // The result of an export exists or does not; its page offers it again.
    const others = this.#otherTasks().filter(({ kind }) => kind !== 'export')
    noteCutShort(this.#sources.database, { runs, others })
  }
}

const running = <Progress extends { state: string }>(current: Progress | null): Progress | null =>
  current?.state === 'running' ? current : null

const shareOf = ({ step, totalSteps }: RunProgress): number | null =>
  totalSteps > 0 ? Math.min(1, step / totalSteps) : null
