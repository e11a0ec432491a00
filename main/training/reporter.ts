/** Collects what is new in a run and sends it to the owner in bundles, at most ten a second. */
import type { Bundle, NewLine, NewPoint, TrainerMessage } from './protocol.ts'

const BUNDLE_MS = 100

/** Where the run stands when a bundle is made. */
export type Standing = Pick<Bundle, 'progress' | 'elapsedMs' | 'samplesPerSecond'>

export class Reporter {
  readonly #send: (message: TrainerMessage) => void
  readonly #standing: () => Standing
  #points: NewPoint[] = []
  #lines: NewLine[] = []
  #lastSent = 0
  #number = 0
  /** Sent but not confirmed as stored. */
  #unconfirmed: { number: number; points: NewPoint[] }[] = []

  constructor(send: (message: TrainerMessage) => void, standing: () => Standing) {
    this.#send = send
    this.#standing = standing
  }

  point(point: NewPoint): void {
    this.#points.push(point)
  }

  line(level: NewLine['level'], message: string): void {
    this.#lines.push({ at: new Date().toISOString(), level, message })
  }

  /** Sends the bundle if it is time. */
  tick(): void {
    if (performance.now() - this.#lastSent >= BUNDLE_MS) this.flush()
  }

  flush(): void {
    this.#send({ kind: 'update', ...this.take() })
  }

  /** What is new, to go with another message. */
  take(): Bundle {
    const number = ++this.#number
    const bundle = { number, points: this.#points, lines: this.#lines, ...this.#standing() }
    this.#unconfirmed.push({ number, points: this.#points })
    this.#points = []
    this.#lines = []
    this.#lastSent = performance.now()
    return bundle
  }

  /** The owner has stored everything up to this number. */
  confirm(number: number): void {
    this.#unconfirmed = this.#unconfirmed.filter((bundle) => bundle.number > number)
  }

  /** Points that would be lost if the owner died now. */
  unstored(): NewPoint[] {
    return [...this.#unconfirmed.flatMap((bundle) => bundle.points), ...this.#points]
  }
}
