/** Trains a run from where it stands to its end: epochs of chunks of steps, an evaluation and a checkpoint each. */
import { StudioError } from '../contract/errors.ts'
import type { EpochResult, Evaluation, RunProgress } from '../contract/runs.ts'
import { fallbackNote, judgedMetric } from '../contract/metrics.ts'
import { isBetter, type EvaluationMetric, type TrainingConfig } from '../contract/training.ts'
import type { BatchPass, TrainingBackend } from './backends/backend.ts'
import type { CheckpointStore } from './checkpoints.ts'
import type { RunPosition } from './position.ts'
import type { TrainerMessage } from './protocol.ts'
import type { Reporter, Standing } from './reporter.ts'
import type { RunControl } from './run-control.ts'
import { learningRateScales } from './schedule.ts'
import { Speed } from './speed.ts'
import { StepProfile } from './step-profile.ts'

/** Evaluation needs no small batches; few large ones are faster. */
const EVALUATION_BATCH = 4096

export interface LoopParts {
  backend: TrainingBackend
  config: TrainingConfig
  /** Rows of each split. */
  rows: { train: number; validation: number; test: number }
  /** Where to begin; kept up to date. */
  position: RunPosition
  control: RunControl
  checkpoints: CheckpointStore
  send: (message: TrainerMessage) => void
  /** Whether to save before the first step, for what no seed can draw again. */
  saveFirst: boolean
  /** A byte a row, 1 where a value of the row is in no training row. */
  unknownRows: (split: 'validation' | 'test') => Promise<Uint8Array>
  /** Stores the best epoch's predictions of the test rows, in file order. */
  storeTestPredictions: (predictions: Float32Array) => Promise<void>
}

export class TrainingLoop {
  readonly #parts: LoopParts
  readonly #reporter: Reporter
  readonly #speed = new Speed()
  readonly #profile: StepProfile
  readonly #stepsPerEpoch: number
  #phase: RunProgress['phase'] = 'training'
  /** null where a split has none. */
  readonly #unknownRows: Partial<Record<'validation' | 'test', Uint8Array | null>> = {}
  /** Since when the time counts that is not in the position yet. */
  #since = performance.now()

  constructor(parts: LoopParts, reporter: (standing: () => Standing) => Reporter) {
    this.#parts = parts
    this.#profile = new StepProfile(parts.backend)
    this.#stepsPerEpoch = Math.ceil(parts.rows.train / parts.config.batchSize)
    this.#reporter = reporter(() => this.#standing())
  }

  /** Throws Diverged where a loss is no number, DiskFull where a checkpoint does not fit. */
  async run(): Promise<'completed' | 'stopped'> {
    const { position, config } = this.#parts
    this.#since = performance.now()
    if (this.#parts.saveFirst) await this.#saveCheckpoint()
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

  /** False where the run has to stop before the epoch's end. */
  async #trainEpoch(): Promise<boolean> {
    const { backend, config, position, control } = this.#parts
    const pass = backend.openPass({
      split: 'train',
      batchSize: config.batchSize,
      shuffle: config.shuffle,
      seed: config.seed,
      epoch: position.epoch,
      startBatch: position.batch,
    })
    try {
      while (pass.remaining() > 0) {
        if (control.pauseWanted) await this.#pause()
        if (control.stopWanted) return false
        this.#phase = 'training'
        await this.#trainChunk(pass)
        this.#reporter.tick()
        const every = this.#aligned(config.checkpointEverySteps)
        // The epoch's end has a checkpoint of its own.
        if (every > 0 && position.batch % every === 0 && pass.remaining() > 0) await this.#saveCheckpoint()
      }
      return true
    } finally {
      pass.close()
    }
  }

  async #trainChunk(pass: BatchPass): Promise<void> {
    const { backend, config, position, rows } = this.#parts
    const count = Math.min(this.#chunkSteps(), pass.remaining())
    const scales = learningRateScales(config.schedule, config.dense.learningRate, position.step + 1, count)
    const begun = performance.now()
    const losses = await this.#profile.around(() => backend.trainSteps(pass, scales))
    const samplesBefore = position.batch * config.batchSize
    const samplesAfter = Math.min(samplesBefore + losses.length * config.batchSize, rows.train)
    const milliseconds = performance.now() - begun
    this.#speed.add(losses.length, samplesAfter - samplesBefore, milliseconds)
    position.trainedMs += milliseconds
    this.#countTime()
    for (const loss of losses) this.#countStep(loss)
    position.optimizerSteps = backend.stepCount()
  }

  #countStep(loss: number): void {
    const { config, position, rows } = this.#parts
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
    const { config, position, rows, send } = this.#parts
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

  /** Whether this epoch's model is the best so far; without validation rows the newest counts as that. */
  #judge(validation: Evaluation | null): boolean {
    const { position } = this.#parts
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

  /** Settled by the run's first evaluation, which a resumed run has in its position. */
  #judgedMetric(validation: Evaluation | null): EvaluationMetric {
    const { config, position } = this.#parts
    return judgedMetric(config.bestMetric, position.epochs[0]?.validation ?? validation)
  }

  #patienceIsOver(): boolean {
    const { config, position } = this.#parts
    return config.earlyStopping !== null && position.withoutImprovement >= config.earlyStopping.patience
  }

  async #evaluate(split: 'validation' | 'test'): Promise<Evaluation> {
    const { backend, position } = this.#parts
    const evaluation = await backend.evaluate(this.#evaluationPass(split), await this.#unknownRowsOf(split))
    if (!Number.isFinite(evaluation.logLoss)) {
      throw diverged(`The ${split} log loss after epoch ${position.epoch}`, evaluation.logLoss)
    }
    for (const [metric, value] of Object.entries(evaluation)) {
      if (metric !== 'rows' && metric !== 'unknownRows' && value !== null)
        this.point(`${split}/${metric}`, value)
    }
    return evaluation
  }

  /** The same in every epoch. */
  async #unknownRowsOf(split: 'validation' | 'test'): Promise<Uint8Array | null> {
    const known = this.#unknownRows[split]
    if (known !== undefined) return known
    const flags = await this.#parts.unknownRows(split)
    this.#unknownRows[split] = flags.includes(1) ? flags : null
    return this.#unknownRows[split]
  }

  async #predictTest(): Promise<void> {
    await this.#parts.storeTestPredictions(await this.#parts.backend.predict(this.#evaluationPass('test')))
  }

  #evaluationPass(split: 'validation' | 'test'): BatchPass {
    return this.#parts.backend.openPass({
      split,
      batchSize: EVALUATION_BATCH,
      shuffle: false,
      seed: 0,
      epoch: 0,
      startBatch: 0,
    })
  }

  #describe({ epoch, trainLoss, validation }: EpochResult, best: boolean): void {
    const parts = [`epoch ${epoch}`, `training loss ${trainLoss.toFixed(5)}`]
    if (validation) {
      parts.push(`validation log loss ${validation.logLoss.toFixed(5)}`)
      if (validation.auc !== null) parts.push(`AUC ${validation.auc.toFixed(5)}`)
    }
    this.#reporter.line('info', parts.join(', ') + (best ? ' (best so far)' : ''))
  }

  async #pause(): Promise<void> {
    const { control, send } = this.#parts
    await this.#saveCheckpoint()
    this.#phase = 'paused'
    this.#reporter.flush()
    send({ kind: 'paused' })
    await control.untilWanted()
    this.#since = performance.now()
    if (!control.stopWanted) send({ kind: 'continued' })
  }

  async #saveCheckpoint(): Promise<void> {
    this.#phase = 'saving'
    const checkpoint = await this.#writeCheckpoint()
    this.#parts.send({ kind: 'checkpoint', ...this.#reporter.take(), checkpoint })
  }

  #writeCheckpoint(): ReturnType<CheckpointStore['save']> {
    const { backend, checkpoints, position } = this.#parts
    this.#countTime()
    return checkpoints.save(backend, position, this.#reporter.unstored())
  }

  /** Chunks end where gradients have been applied and where a checkpoint is due. */
  #chunkSteps(): number {
    const { config, position } = this.#parts
    const end = this.#aligned(position.batch + this.#speed.chunkSteps)
    const every = this.#aligned(config.checkpointEverySteps)
    const due = every > 0 ? every - (position.batch % every) : Infinity
    return Math.min(end - position.batch, due)
  }

  /** The next batch of an epoch after which no gradient is waiting; none ever waits for the next epoch. */
  #aligned(batch: number): number {
    const together = this.#parts.config.accumulateBatches
    return Math.ceil(batch / together) * together
  }

  /** Adds a point to a series of the run, at the step it stands at. */
  point(series: string, value: number): void {
    const { step, epoch, elapsedMs } = this.#parts.position
    this.#reporter.point({ series, step, epoch, value, elapsedMs })
  }

  #countTime(): void {
    const now = performance.now()
    this.#parts.position.elapsedMs += now - this.#since
    this.#parts.position.epochMs += now - this.#since
    this.#since = now
  }

  #standing(): Standing {
    const { elapsedMs, trainedMs } = this.#parts.position
    return {
      progress: this.#progress(),
      elapsedMs,
      samplesPerSecond: trainedMs > 0 ? (this.#trainedSamples() / trainedMs) * 1000 : 0,
    }
  }

  #trainedSamples(): number {
    const { config, position, rows } = this.#parts
    const inEpoch = Math.min(position.batch * config.batchSize, rows.train)
    return (position.epoch - 1) * rows.train + inEpoch
  }

  #progress(): RunProgress {
    const { config, position, rows } = this.#parts
    const left = config.epochs * rows.train - this.#trainedSamples()
    return {
      step: position.step,
      totalSteps: config.epochs * this.#stepsPerEpoch,
      epoch: Math.min(position.epoch, config.epochs),
      totalEpochs: config.epochs,
      samplesPerSecond: this.#speed.samplesPerSecond,
      secondsLeft: this.#phase === 'done' ? 0 : this.#speed.secondsFor(left),
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
