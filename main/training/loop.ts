/** Trains a run from its position to its end: epochs of chunks of steps, each with an evaluation and a checkpoint. */
import { StudioError } from '../contract/errors.ts'
import type { EpochResult, Evaluation } from '../contract/runs.ts'
import { fallbackNote, judgedMetric, metricInSentence } from '../contract/metrics.ts'
import { isBetter, type EvaluationMetric, type TrainingConfig } from '../contract/training.ts'
import { IN_ORDER, type BatchStream, type TrainingBackend } from './backends/backend.ts'
import type { CheckpointStore } from './checkpoints.ts'
import type { RunPosition } from './position.ts'
import type { TrainerMessage } from './protocol.ts'
import type { Reporter } from './reporter.ts'
import type { RunProgressTracker } from './run-progress.ts'
import type { RunControl } from './run-control.ts'
import { learningRateScales } from './schedule.ts'
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
  /** Reports the position and the speed; the loop advances both. */
  progress: RunProgressTracker
  reporter: Reporter
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
  readonly #profile: StepProfile
  /** null if no row of the split has an unknown value. */
  readonly #unknownRows: Partial<Record<'validation' | 'test', Uint8Array | null>> = {}

  constructor(options: TrainingLoopOptions) {
    this.#options = options
    this.#profile = new StepProfile(options.backend)
  }

  /** Throws Diverged if a loss is not finite, and DiskFull if a checkpoint does not fit. */
  async run(): Promise<'completed' | 'stopped'> {
    const { position, config } = this.#options
    this.#options.progress.startClock()
    if (this.#options.saveFirst) await this.#saveCheckpoint()
    while (position.epoch <= config.epochs && !this.#patienceIsOver()) {
      if (!(await this.#trainEpoch())) {
        await this.#saveCheckpoint()
        return 'stopped'
      }
      await this.#finishEpoch()
    }
    this.#options.progress.phase = 'done'
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
        this.#options.progress.phase = 'training'
        await this.#trainChunk(batches)
        this.#options.reporter.tick()
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
    this.#options.progress.countChunk(losses.length, samplesAfter - samplesBefore, milliseconds)
    this.#options.progress.countTime()
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
    this.#options.progress.phase = 'evaluating'
    this.#options.reporter.flush()
    const validation = rows.validation > 0 ? await this.#evaluate('validation') : null
    const test = rows.test > 0 ? await this.#evaluate('test') : null
    this.#options.progress.countTime()
    const result: EpochResult = {
      epoch: position.epoch,
      trainLoss: position.epochLoss.sum / position.epochLoss.rows,
      validation,
      test,
      durationMs: position.epochMs,
    }
    const best = this.#judge(validation)
    const note = position.epoch === 1 ? fallbackNote(config.bestMetric, validation) : null
    if (note) this.#options.reporter.line('warning', note)
    if (best && rows.test > 0) await this.#predictTest()
    position.epochs.push(result)
    this.#describe(result, best && validation !== null)
    position.epoch += 1
    position.batch = 0
    position.epochLoss = { sum: 0, rows: 0 }
    position.epochMs = 0
    if (this.#patienceIsOver()) {
      const epochs = position.withoutImprovement
      const patience = epochs === 1 ? '1 epoch' : `${epochs} epochs`
      const metric = metricInSentence(this.#judgedMetric(validation))
      this.#options.reporter.line('info', `Stopped early: no better validation ${metric} in ${patience}.`)
    }
    this.#options.progress.phase = 'saving'
    const checkpoint = await this.#writeCheckpoint()
    send({
      kind: 'epoch',
      ...this.#options.reporter.take(),
      result,
      checkpoint,
      profile: this.#profile.report(),
    })
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
      ...IN_ORDER,
    })
  }

  #describe({ epoch, trainLoss, validation }: EpochResult, best: boolean): void {
    const phrases = [`epoch ${epoch}`, `training loss ${trainLoss.toFixed(5)}`]
    if (validation) {
      phrases.push(`validation log loss ${validation.logLoss.toFixed(5)}`)
      if (validation.auc !== null) phrases.push(`AUC ${validation.auc.toFixed(5)}`)
    }
    this.#options.reporter.line('info', phrases.join(', ') + (best ? ' (best so far)' : ''))
  }

  async #pause(): Promise<void> {
    const { control, send } = this.#options
    await this.#saveCheckpoint()
    this.#options.progress.phase = 'paused'
    this.#options.reporter.flush()
    send({ kind: 'paused' })
    await control.untilResumed()
    this.#options.progress.startClock()
    if (!control.stopRequested) send({ kind: 'continued' })
  }

  async #saveCheckpoint(): Promise<void> {
    this.#options.progress.phase = 'saving'
    const checkpoint = await this.#writeCheckpoint()
    this.#options.send({ kind: 'checkpoint', ...this.#options.reporter.take(), checkpoint })
  }

  #writeCheckpoint(): ReturnType<CheckpointStore['save']> {
    const { backend, checkpoints, position } = this.#options
    this.#options.progress.countTime()
    return checkpoints.save(backend, position, this.#options.reporter.unstored())
  }

  /** Chunks end after an update and where a checkpoint is due. */
  #chunkSteps(): number {
    const { config, position } = this.#options
    const end = this.#aligned(position.batch + this.#options.progress.chunkSteps)
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
    this.#options.reporter.point({ series, step, epoch, value, elapsedMs })
  }
}

function diverged(what: string, value: number): StudioError {
  return new StudioError(
    'Diverged',
    `${what} is ${value}: the training diverged. ` +
      'The last checkpoint is kept; try a lower learning rate or a gradient norm limit.',
  )
}
