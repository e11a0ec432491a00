/** One run in the process that trains it: what its owner asks for takes effect, and the owner learns how it ended. */
import { toErrorData } from '../contract/errors.ts'
import { ownerMessage, type TrainerJob, type TrainerMessage } from './protocol.ts'
import type { Reporter } from './reporter.ts'
import { RunControl } from './run-control.ts'
import type { TrainJobOptions } from './train-job.ts'

export type EndedMessage = Extract<TrainerMessage, { kind: 'ended' }>

export interface TrainerSessionOptions {
  train: (
    job: TrainerJob,
    options: Pick<TrainJobOptions, 'control' | 'send' | 'onReporter'>,
  ) => Promise<'completed' | 'stopped'>
  /** Sends a message to the owner, who may be dying. What it no longer receives is in the next checkpoint. */
  send: (message: TrainerMessage) => void
  /** Sends the last message and ends the process. */
  end: (last: EndedMessage) => void
  /** Ends the process at once: nothing has begun that would have to be saved. */
  abandon: () => void
}

export class TrainerSession {
  readonly #options: TrainerSessionOptions
  readonly #control = new RunControl()
  #reporter: Reporter | null = null

  constructor(options: TrainerSessionOptions) {
    this.#options = options
  }

  /** Takes a message of the owner. */
  receive(raw: unknown): void {
    const { success, data: message, error } = ownerMessage.safeParse(raw)
    if (!success) {
      return this.#options.end({ kind: 'ended', outcome: 'failed', error: toErrorData(error), last: null })
    }
    if (message.kind === 'start') void this.#train(message.job)
    else if (message.kind === 'stored') this.#reporter?.confirm(message.number)
    else this.#control[message.kind]()
  }

  /** Saves a checkpoint and ends the run as stopped. */
  stop(): void {
    this.#control.stop()
  }

  /** Without an owner the run saves a checkpoint and ends. */
  loseOwner(): void {
    this.#control.stop()
    if (!this.#reporter) this.#options.abandon()
  }

  async #train(job: TrainerJob): Promise<void> {
    const { train, send, end } = this.#options
    let outcome: EndedMessage['outcome']
    let error = null
    try {
      outcome = await train(job, {
        control: this.#control,
        send,
        onReporter: (created) => (this.#reporter = created),
      })
    } catch (thrown) {
      outcome = 'failed'
      error = toErrorData(thrown)
    }
    end({ kind: 'ended', outcome, error, last: this.#reporter?.take() ?? null })
  }
}
