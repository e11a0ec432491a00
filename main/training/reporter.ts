/** Collects what is new in a run and sends it to the owner in bundles, at most ten per second. */
import type { Bundle, NewLine, NewPoint, ProgressSnapshot, TrainerMessage } from './protocol.ts'

const BUNDLE_MS = 100

/** The number of the message `begun`. The numbers of the bundles follow it. */
export const INHERITED = 0

export class Reporter {
  readonly #send: (message: TrainerMessage) => void
  readonly #snapshot: () => ProgressSnapshot
  #points: NewPoint[] = []
  #lines: NewLine[] = []
  #lastSent = 0
  #number = INHERITED
  /** Bundles that were sent but not confirmed as stored. */
  #unconfirmed: { number: number; points: NewPoint[] }[]

  /**
   * `inherited` are the points that the checkpoint had kept as unstored. They go to the owner with the message `begun`,
   * which has the number INHERITED, and stay in every checkpoint until that number is confirmed.
   */
  constructor(
    send: (message: TrainerMessage) => void,
    snapshot: () => ProgressSnapshot,
    inherited: readonly NewPoint[] = [],
  ) {
    this.#send = send
    this.#snapshot = snapshot
    this.#unconfirmed = [{ number: INHERITED, points: [...inherited] }]
  }

  point(point: NewPoint): void {
    this.#points.push(point)
  }

  line(level: NewLine['level'], message: string): void {
    this.#lines.push({ at: new Date().toISOString(), level, message })
  }

  /** Sends the bundle if the interval is over. */
  tick(): void {
    if (performance.now() - this.#lastSent >= BUNDLE_MS) this.flush()
  }

  flush(): void {
    this.#send({ kind: 'update', ...this.take() })
  }

  /** Returns what is new, to be sent with another message. */
  take(): Bundle {
    const number = ++this.#number
    const bundle = { number, points: this.#points, lines: this.#lines, ...this.#snapshot() }
    this.#unconfirmed.push({ number, points: this.#points })
    this.#points = []
    this.#lines = []
    this.#lastSent = performance.now()
    return bundle
  }

  /** The owner has stored this bundle. An earlier one may have failed there, so each one is confirmed separately. */
  confirm(number: number): void {
    this.#unconfirmed = this.#unconfirmed.filter((bundle) => bundle.number !== number)
  }

  /** The points that would be lost if the owner died now. */
  unstored(): NewPoint[] {
    return [...this.#unconfirmed.flatMap((bundle) => bundle.points), ...this.#points]
  }
}
