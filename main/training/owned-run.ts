/** A run as its owner sees it: controls the trainer and stores in the database what the trainer reports. */
import {
  retryBusy,
  type EpochUpdate,
  type RunAction,
  type RunEnd,
  type StoredUpdate,
  type StudioDatabase,
  STORING_LIMIT_MS,
} from '../../db/index.ts'
import { StudioError, toErrorData, type ErrorData } from '../contract/errors.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { RunProgress, RunStatus } from '../contract/runs.ts'
import {
  trainerMessage,
  type Bundle,
  type NewLine,
  type OwnerMessage,
  type TrainerJob,
  type TrainerMessage,
} from './protocol.ts'
import { describeEnd, WorkerProcess, type WorkerExit } from './worker-process.ts'

export interface OwnedRunOptions {
  database: StudioDatabase
  /** A run that this process has created or claimed. */
  job: TrainerJob
  onEvent: (event: EngineEvent) => void
  /** Called when more has changed than the run's events report, except for the results of an epoch, which come often. */
  onChange: () => void
  /** Whether the trainer leaves processors to others where they are short, as a window that must stay responsive. */
  lowPriority?: boolean
}

/** Signals of a terminal, which it sends to every process of a command. */
const EARLY_SIGNALS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGHUP', 'SIGTERM'])

export class OwnedRun {
  readonly #database: StudioDatabase
  readonly #job: TrainerJob
  readonly #emit: (event: EngineEvent) => void
  readonly #changed: () => void
  readonly #trainer: WorkerProcess<OwnerMessage>
  #status: RunStatus = 'starting'
  #progress: RunProgress | null = null
  #isStopping = false
  /** The end that the trainer reported, or the failure because of which the owner stops it. */
  #end: RunEnd | null = null
  /** The reason why the end could not be stored. */
  #storingError: ErrorData | null = null
  /** The trainer's messages that are not stored yet, in order. */
  readonly #received: unknown[] = []
  #storing: Promise<void> | null = null
  /** Resolves when the trainer has exited, to whether the end could be stored. If not, `storeEnd` tries again. */
  readonly ended: Promise<boolean>

  constructor({ database, job, onEvent, onChange, lowPriority = false }: OwnedRunOptions) {
    this.#database = database
    this.#job = job
    this.#emit = onEvent
    this.#changed = onChange
    const isJob = job.config.ranks !== null
    this.#trainer = new WorkerProcess(isJob ? 'launcher' : 'trainer', (raw) => this.#receive(raw), {
      isWatched: isJob,
    })
    if (lowPriority) this.#trainer.lowerPriority()
    this.ended = this.#trainer.ended.then(async (exit) => {
      await this.#storing
      return this.#finish(exit)
    })
    this.#trainer.send({ kind: 'start', job })
  }

  get status(): RunStatus {
    return this.#status
  }

  /** Takes effect after the current chunk of steps. The run's status then changes. */
  control(action: RunAction): void {
    if (action === 'stop') this.#isStopping = true
    this.#trainer.send({ kind: action })
  }

  #receive(raw: unknown): void {
    this.#received.push(raw)
    this.#storing ??= this.#storeReceived()
  }

  async #storeReceived(): Promise<void> {
    for (let raw = this.#received.shift(); raw !== undefined; raw = this.#received.shift()) {
      const message = raw
      try {
        await retryBusy(STORING_LIMIT_MS, () => this.#store(trainerMessage.parse(message)))
      } catch (error) {
        // A run whose messages cannot be stored must not continue. The trainer keeps them in its checkpoint.
        this.#end = { status: 'failed', error: toErrorData(error) }
        this.#trainer.send({ kind: 'stop' })
      }
    }
    this.#storing = null
  }

  #store(message: TrainerMessage): void {
    const { run } = this.#job
    switch (message.kind) {
      case 'begun':
        return this.#begin(message)
      case 'update':
        return this.#save(message, (update) => this.#database.saveUpdate(run, update))
      case 'checkpoint': {
        const { checkpoint } = message
        return this.#save(message, (update) => this.#database.saveUpdate(run, { ...update, checkpoint }))
      }
      case 'epoch': {
        const { result, checkpoint, profile } = message
        return this.#save(message, (update) =>
          this.#database.saveEpoch(run, { ...update, result, checkpoint, profile }),
        )
      }
      case 'ranks':
        return this.#database.rankTimes.save(run, message.times)
      case 'paused':
        return this.#change('paused')
      case 'continued':
        return this.#change('running')
      case 'ended':
        if (message.last) this.#save(message.last, (update) => this.#database.saveUpdate(run, update))
        this.#end ??= { status: message.outcome, error: message.error }
    }
  }

  /** Also stores what a former owner could not store before it died. */
  #begin({
    number,
    computation,
    step,
    epochs,
    points,
    checkpoints,
  }: Extract<TrainerMessage, { kind: 'begun' }>): void {
    const { run, resume, initialParameters } = this.#job
    const known = new Set(this.#database.epochs.list(run).map(({ epoch }) => epoch))
    const began = resume ? `Resumed at step ${step}.` : 'Training started.'
    const lines = [line('info', began)]
    if (computation.tensorflow !== null) {
      const { tensorflow, device } = computation
      lines.push(line('info', `The dense layers are computed by TensorFlow ${tensorflow} on the ${device}.`))
    }
    if (initialParameters !== null && !resume) {
      lines.push(line('info', `Initial parameters from ${initialParameters}.`))
    }
    const stored = this.#database.transaction(() => {
      for (const result of epochs) if (!known.has(result.epoch)) this.#database.epochs.save(run, result)
      this.#database.checkpoints.replaceAll(run, checkpoints)
      const { startedAt } = this.#database.runs.row(run)
      this.#database.runs.patch(run, {
        computation,
        status: 'running',
        ...(!startedAt && { startedAt: new Date().toISOString() }),
      })
      return this.#database.saveUpdate(run, { points, lines })
    })
    this.#trainer.send({ kind: 'stored', number })
    this.#announce('running', stored)
  }

  #save(
    { number, points, lines, progress, elapsedMs, samplesPerSecond }: Bundle,
    write: (update: Omit<EpochUpdate, 'result'>) => ReturnType<StudioDatabase['saveUpdate']>,
  ): void {
    const stored = write({ points, lines, progress, durationMs: elapsedMs, samplesPerSecond })
    this.#trainer.send({ kind: 'stored', number })
    this.#progress = progress
    this.#emitUpdate(stored)
  }

  #change(status: 'running' | 'paused'): void {
    this.#database.runs.patch(this.#job.run, { status })
    this.#announce(status)
  }

  #announce(status: RunStatus, update?: StoredUpdate): void {
    this.#status = status
    this.#emitUpdate(update)
    this.#changed()
  }

  /** Emits at once, because the trainer has bundled what is new, at most ten times a second. */
  #emitUpdate({ points, lines }: StoredUpdate = { points: [], lines: [] }): void {
    const { run: id } = this.#job
    this.#emit({ kind: 'run', id, status: this.#status, progress: this.#progress, points, lines })
  }

  /** Stores how the run ended. Returns false if that is impossible, for instance because the disk is full. */
  storeEnd(): boolean {
    if (!this.#end) return false
    try {
      this.#writeEnd(this.#end)
      this.#changed()
      return true
    } catch (error) {
      this.#storingError = toErrorData(error)
      return false
    }
  }

  #writeEnd({ status, error }: RunEnd): void {
    const { run } = this.#job
    const lines = [error ? line('error', error.message) : line('info', `Training ${status}.`)]
    const stored = this.#database.evenIfFull(() => {
      this.#database.runs.end(run, { status, error })
      return this.#database.saveUpdate(run, { points: [], lines })
    })
    this.#emitUpdate(stored)
  }

  /** The error for whoever waits for a run whose end could not be stored: why it ended, and why that is not stored. */
  unstoredEnd(): StudioError {
    const { run } = this.#job
    const { status = 'interrupted', error = null } = this.#end ?? {}
    const why = this.#storingError
    const reason = error ? `${status}: ${error.message}` : `${status}.`
    return new StudioError(
      why?.code ?? 'Io',
      `Run ${run} has ended as ${reason}` +
        (why && why.message !== error?.message ? ` This could not be stored: ${why.message}` : '') +
        ` The run counts as interrupted and can be resumed once the database can be written.`,
      { file: this.#database.file },
    )
  }

  #endWithoutMessage(exit: WorkerExit): RunEnd {
    // Ctrl-C in a terminal also ends a process that has not begun to leave it to its owner.
    const isEarly = this.#status === 'starting' && exit.signal !== null && EARLY_SIGNALS.has(exit.signal)
    if (this.#isStopping && isEarly) return { status: 'stopped', error: null }
    const what = this.#job.config.ranks === null ? 'trainer' : 'launcher of the MPI job'
    return { status: 'interrupted', error: new StudioError('TrainerGone', lostTrainer(what, exit)).data }
  }

  async #finish(exit: WorkerExit): Promise<boolean> {
    this.#end ??= this.#endWithoutMessage(exit)
    const end = this.#end
    this.#status = end.status
    const stored = await retryBusy(STORING_LIMIT_MS, () => this.#writeEnd(end)).then(
      () => true,
      (error: unknown) => {
        this.#storingError = toErrorData(error)
        return false
      },
    )
    if (!stored) this.#emitUpdate()
    this.#changed()
    return stored
  }
}

function line(level: NewLine['level'], message: string): NewLine {
  return { at: new Date().toISOString(), level, message }
}

/** The message on the run's page. */
const lostTrainer = (what: string, exit: WorkerExit) =>
  `${describeEnd(what, exit)} The run can be resumed, from its last checkpoint if there is one.`
