/** Trains a run from its position to its end: epochs of chunks of steps, each with an evaluation and a checkpoint. */
import { StudioError } from '../contract/errors.ts'
import type { EpochResult, Evaluation, RunProgress } from '../contract/runs.ts'
import { fallbackNote, judgedMetric } from '../contract/metrics.ts'
import { isBetter, type EvaluationMetric, type TrainingConfig } from '../contract/training.ts'
import type { BatchStream, TrainingBackend } from './backends/backend.ts'
import type { CheckpointStore } from './checkpoints.ts'
import type { RunPosition } from './position.ts'
import type { TrainerMessage } from './protocol.ts'
import type { Reporter, ProgressSnapshot } from './reporter.ts'
import type { RunControl } from './run-control.ts'
import { learningRateScales } from './schedule.ts'
import { Speed } from './speed.ts'
import { StepProfile } from './step-profile.ts'

/** Evaluations do not need small batches, and a few large ones are faster. */
const EVALUATION_BATCH = 4096

export interface TrainingLoopOptions {
  backend: TrainingBackend
  config: TrainingConfig
  /** The number of rows in each split. */
  rows: { train: number; validation: number; test: number }
  /** The position at which to begin. The loop updates it. */
  position: RunPosition
  control: RunControl
  checkpoints: CheckpointStore
  send: (message: TrainerMessage) => void
  /** Whether to save before the first step, because no seed can draw the parameters again. */
  saveFirst: boolean
  /** One byte for each row, which is 1 if a value of the row is in no training row. */
  unknownRows: (split: 'validation' | 'test') => Promise<Uint8Array>
  /** Stores the best epoch's predictions of the test rows, in file order. */
  storeTestPredictions: (predictions: Float32Array) => Promise<void>
}

export class TrainingLoop {
  readonly #options: TrainingLoopOptions
  readonly #reporter: Reporter
  readonly #speed = new Speed()
  readonly #profile: StepProfile
  readonly #stepsPerEpoch: number
  #phase: RunProgress['phase'] = 'training'
  /** null if no row of the split has an unknown value. */
  readonly #unknownRows: Partial<Record<'validation' | 'test', Uint8Array | null>> = {}
  /** The time since which the position has not counted. */
  #since = performance.now()

  constructor(options: TrainingLoopOptions, reporter: (snapshot: () => ProgressSnapshot) => Reporter) {
    this.#options = options
    this.#profile = new StepProfile(options.backend)
    this.#stepsPerEpoch = Math.ceil(options.rows.train / options.config.batchSize)
    this.#reporter = reporter(() => this.#snapshot())
  }

  /** Throws Diverged if a loss is not finite, and DiskFull if a checkpoint does not fit. */
  async run(): Promise<'completed' | 'stopped'> {
    const { position, config } = this.#options
    this.#since = performance.now()
    if (this.#options.saveFirst) await this.#saveCheckpoint()
    while (position.epoch <= config.epochs && !this.#patienceIsOver()) {
      if (!(await this.#trainEpoch())) {
        await this.#saveCheckpoint()
        return 'stopped'
      }
      await this.#finishEpoch()
    }
    this.#phase = 'done'
    return 'completed'
  }

  /** Returns false if the run has to stop before the epoch's end. */
  async #trainEpoch(): Promise<boolean> {
    const { backend, config, position, control } = this.#options
    const batches = backend.openBatches({
      split: 'train',
      batchSize: config.batchSize,
      shuffle: config.shuffle,
      seed: config.seed,
      epoch: position.epoch,
      startBatch: position.batch,
    })
    try {
      while (batches.remaining() > 0) {
        if (control.pauseRequested) await this.#pause()
        if (control.stopRequested) return false
        this.#phase = 'training'
        await this.#trainChunk(batches)
        this.#reporter.tick()
        const every = this.#aligned(config.checkpointEverySteps)
        // The end of the epoch saves a checkpoint anyway.
        if (every > 0 && position.batch % every === 0 && batches.remaining() > 0) await this.#saveCheckpoint()
      }
      return true
    } finally {
      batches.close()
    }
  }

  async #trainChunk(batches: BatchStream): Promise<void> {
    const { backend, config, position, rows } = this.#options
    const count = Math.min(this.#chunkSteps(), batches.remaining())
    const scales = learningRateScales(config.schedule, config.dense.learningRate, position.step + 1, count)
    const startedAt = performance.now()
    const losses = await this.#profile.measure(() => backend.trainSteps(batches, scales))
    const samplesBefore = position.batch * config.batchSize
    const samplesAfter = Math.min(samplesBefore + losses.length * config.batchSize, rows.train)
    const milliseconds = performance.now() - startedAt
    this.#speed.add(losses.length, samplesAfter - samplesBefore, milliseconds)
    position.trainedMs += milliseconds
    this.#countTime()
    for (const loss of losses) this.#countStep(loss)
    position.optimizerSteps = backend.stepCount()
  }

  #countStep(loss: number): void {
    const { config, position, rows } = this.#options
    const step = position.step + 1
    if (!Number.isFinite(loss)) throw diverged(`The loss at step ${step} of epoch ${position.epoch}`, loss)
    const size = Math.min(config.batchSize, rows.train - position.batch * config.batchSize)
    position.step = step
    position.batch += 1
    position.epochLoss.sum += loss * size
    position.epochLoss.rows += size
    position.pointLoss.sum += loss
    position.pointLoss.steps += 1
    if (step % config.logEvery !== 0) return
    this.point('train/loss', position.pointLoss.sum / position.pointLoss.steps)
    position.pointLoss = { sum: 0, steps: 0 }
  }

  async #finishEpoch(): Promise<void> {
    const { config, position, rows, send } = this.#options
    this.#phase = 'evaluating'
    this.#reporter.flush()
    const validation = rows.validation > 0 ? await this.#evaluate('validation') : null
    const test = rows.test > 0 ? await this.#evaluate('test') : null
    this.#countTime()
    const result: EpochResult = {
      epoch: position.epoch,
      trainLoss: position.epochLoss.sum / position.epochLoss.rows,
      validation,
      test,
      durationMs: position.epochMs,
    }
    const best = this.#judge(validation)
    const note = position.epoch === 1 ? fallbackNote(config.bestMetric, validation) : null
    if (note) this.#reporter.line('warning', note)
    if (best && rows.test > 0) await this.#predictTest()
    position.epochs.push(result)
    this.#describe(result, best && validation !== null)
    position.epoch += 1
    position.batch = 0
    position.epochLoss = { sum: 0, rows: 0 }
    position.epochMs = 0
    if (this.#patienceIsOver()) {
      const patience = `${position.withoutImprovement} epochs`
      const metric = this.#judgedMetric(validation)
      this.#reporter.line('info', `Stopped early: no better validation ${metric} in ${patience}.`)
    }
    this.#phase = 'saving'
    const checkpoint = await this.#writeCheckpoint()
    send({ kind: 'epoch', ...this.#reporter.take(), result, checkpoint, profile: this.#profile.report() })
  }

  /** Whether this epoch's model is the best so far. Without validation rows the newest one counts as the best. */
  #judge(validation: Evaluation | null): boolean {
    const { position } = this.#options
    if (!validation) return true
    const metric = this.#judgedMetric(validation)
    const value = validation[metric]
    if (value !== null && (!position.best || isBetter(metric, value, position.best.value))) {
      position.best = { epoch: position.epoch, step: position.step, value }
      position.withoutImprovement = 0
      return true
    }
    position.withoutImprovement += 1
    return false
  }

  /** The run's first evaluation decides the metric. The position of a resumed run contains that evaluation. */
  #judgedMetric(validation: Evaluation | null): EvaluationMetric {
    const { config, position } = this.#options
    return judgedMetric(config.bestMetric, position.epochs[0]?.validation ?? validation)
  }

  #patienceIsOver(): boolean {
    const { config, position } = this.#options
    return config.earlyStopping !== null && position.withoutImprovement >= config.earlyStopping.patience
  }

  async #evaluate(split: 'validation' | 'test'): Promise<Evaluation> {
    const { backend, position } = this.#options
    const evaluation = await backend.evaluate(
      this.#evaluationBatches(split),
      await this.#unknownRowsOf(split),
    )
    if (!Number.isFinite(evaluation.logLoss)) {
      throw diverged(`The ${split} log loss after epoch ${position.epoch}`, evaluation.logLoss)
    }
    for (const [metric, value] of Object.entries(evaluation)) {
      if (metric !== 'rows' && metric !== 'unknownRows' && value !== null)
        this.point(`${split}/${metric}`, value)
    }
    return evaluation
  }

  /** The flags are the same in every epoch. */
  async #unknownRowsOf(split: 'validation' | 'test'): Promise<Uint8Array | null> {
    const known = this.#unknownRows[split]
    if (known !== undefined) return known
    const flags = await this.#options.unknownRows(split)
    this.#unknownRows[split] = flags.includes(1) ? flags : null
    return this.#unknownRows[split]
  }

  async #predictTest(): Promise<void> {
    await this.#options.storeTestPredictions(
      await this.#options.backend.predict(this.#evaluationBatches('test')),
    )
  }

  #evaluationBatches(split: 'validation' | 'test'): BatchStream {
    return this.#options.backend.openBatches({
      split,
      batchSize: EVALUATION_BATCH,
      shuffle: false,
      seed: 0,
      epoch: 0,
      startBatch: 0,
    })
  }

  #describe({ epoch, trainLoss, validation }: EpochResult, best: boolean): void {
    const phrases = [`epoch ${epoch}`, `training loss ${trainLoss.toFixed(5)}`]
    if (validation) {
      phrases.push(`validation log loss ${validation.logLoss.toFixed(5)}`)
      if (validation.auc !== null) phrases.push(`AUC ${validation.auc.toFixed(5)}`)
    }
    this.#reporter.line('info', phrases.join(', ') + (best ? ' (best so far)' : ''))
  }

  async #pause(): Promise<void> {
    const { control, send } = this.#options
    await this.#saveCheckpoint()
    this.#phase = 'paused'
    this.#reporter.flush()
    send({ kind: 'paused' })
    await control.untilResumed()
    this.#since = performance.now()
    if (!control.stopRequested) send({ kind: 'continued' })
  }

  async #saveCheckpoint(): Promise<void> {
    this.#phase = 'saving'
    const checkpoint = await this.#writeCheckpoint()
    this.#options.send({ kind: 'checkpoint', ...this.#reporter.take(), checkpoint })
  }

  #writeCheckpoint(): ReturnType<CheckpointStore['save']> {
    const { backend, checkpoints, position } = this.#options
    this.#countTime()
    return checkpoints.save(backend, position, this.#reporter.unstored())
  }

  /** Chunks end after an update and where a checkpoint is due. */
  #chunkSteps(): number {
    const { config, position } = this.#options
    const end = this.#aligned(position.batch + this.#speed.chunkSteps)
    const every = this.#aligned(config.checkpointEverySteps)
    const due = every > 0 ? every - (position.batch % every) : Infinity
    return Math.min(end - position.batch, due)
  }

  /**
   * The next batch of an epoch after which no accumulated gradient is left. An epoch's last batch ends the
   * accumulation.
   */
  #aligned(batch: number): number {
    const accumulated = this.#options.config.accumulateBatches
    return Math.ceil(batch / accumulated) * accumulated
  }

  /** Adds a point to a series of the run at the current step. */
  point(series: string, value: number): void {
    const { step, epoch, elapsedMs } = this.#options.position
    this.#reporter.point({ series, step, epoch, value, elapsedMs })
  }

  #countTime(): void {
    const now = performance.now()
    this.#options.position.elapsedMs += now - this.#since
    this.#options.position.epochMs += now - this.#since
    this.#since = now
  }

  #snapshot(): ProgressSnapshot {
    const { elapsedMs, trainedMs } = this.#options.position
    return {
      progress: this.#progress(),
      elapsedMs,
      samplesPerSecond: trainedMs > 0 ? (this.#trainedSamples() / trainedMs) * 1000 : 0,
    }
  }

  #trainedSamples(): number {
    const { config, position, rows } = this.#options
    const inEpoch = Math.min(position.batch * config.batchSize, rows.train)
    return (position.epoch - 1) * rows.train + inEpoch
  }

  #progress(): RunProgress {
    const { config, position, rows } = this.#options
    const samplesLeft = config.epochs * rows.train - this.#trainedSamples()
    return {
      step: position.step,
      totalSteps: config.epochs * this.#stepsPerEpoch,
      epoch: Math.min(position.epoch, config.epochs),
      totalEpochs: config.epochs,
      samplesPerSecond: this.#speed.samplesPerSecond,
      secondsLeft: this.#phase === 'done' ? 0 : this.#speed.secondsFor(samplesLeft),
      phase: this.#phase,
    }
  }
}

function diverged(what: string, value: number): StudioError {
  return new StudioError(
    'Diverged',
    `${what} is ${value}: the training diverged. ` +
      'The last checkpoint is kept; try a lower learning rate or a gradient norm limit.',
  )
}
