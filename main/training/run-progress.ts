/** How far a run has come, how fast it is, and what it is doing: what the loop advances and the reporter reports. */
import type { RunProgress } from '../contract/runs.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { RunPosition } from './position.ts'
import type { ProgressSnapshot } from './protocol.ts'
import { Speed } from './speed.ts'

export class RunProgressTracker {
  readonly #position: RunPosition
  readonly #config: Pick<TrainingConfig, 'epochs' | 'batchSize'>
  readonly #trainRows: number
  readonly #speed = new Speed()
  phase: RunProgress['phase'] = 'training'
  /** The time since which the position has not counted. */
  #since = performance.now()

  /** `position` is where the run begins; the tracker adds the time that passes to it. */
  constructor(
    position: RunPosition,
    config: Pick<TrainingConfig, 'epochs' | 'batchSize'>,
    trainRows: number,
  ) {
    this.#position = position
    this.#config = config
    this.#trainRows = trainRows
  }

  /** Leaves out the time until now, such as that of a pause. */
  startClock(): void {
    this.#since = performance.now()
  }

  countTime(): void {
    const now = performance.now()
    this.#position.elapsedMs += now - this.#since
    this.#position.epochMs += now - this.#since
    this.#since = now
  }

  /** Adds a chunk of steps, which took so many milliseconds, to the speed. */
  countChunk(steps: number, samples: number, milliseconds: number): void {
    this.#speed.add(steps, samples, milliseconds)
    this.#position.trainedMs += milliseconds
  }

  /** The number of steps that take about 75 ms. */
  get chunkSteps(): number {
    return this.#speed.chunkSteps
  }

  snapshot(): ProgressSnapshot {
    const { elapsedMs, trainedMs } = this.#position
    return {
      progress: this.#progress(),
      elapsedMs,
      samplesPerSecond: trainedMs > 0 ? (this.#trainedSamples() / trainedMs) * 1000 : 0,
    }
  }

  #trainedSamples(): number {
    const { batch, epoch } = this.#position
    return (epoch - 1) * this.#trainRows + Math.min(batch * this.#config.batchSize, this.#trainRows)
  }

  #progress(): RunProgress {
    const { epochs, batchSize } = this.#config
    const { step, epoch } = this.#position
    const samplesLeft = epochs * this.#trainRows - this.#trainedSamples()
    return {
      step,
      totalSteps: epochs * Math.ceil(this.#trainRows / batchSize),
      epoch: Math.min(epoch, epochs),
      totalEpochs: epochs,
      samplesPerSecond: this.#speed.samplesPerSecond,
      secondsLeft: this.phase === 'done' ? 0 : this.#speed.secondsFor(samplesLeft),
      phase: this.phase,
    }
  }
}
