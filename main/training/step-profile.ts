/** Where the time of a run's steps goes: counted over some of them, for counting takes time too. */
import type { RunProfile } from '../contract/runs.ts'
import type { TrainingBackend } from './backends/backend.ts'

/** Until memory is touched and the caches are warm. */
const WARM_UP_STEPS = 20
const COUNTED_STEPS = 500

export class StepProfile {
  readonly #backend: Pick<TrainingBackend, 'setProfiling' | 'profile'>
  #done = 0
  #counted = 0
  #milliseconds = 0

  constructor(backend: Pick<TrainingBackend, 'setProfiling' | 'profile'>) {
    this.#backend = backend
  }

  /** Runs some steps, counting them where it is their turn. */
  async around(steps: () => Promise<Float64Array>): Promise<Float64Array> {
    const counts = this.#done >= WARM_UP_STEPS && this.#counted < COUNTED_STEPS
    this.#backend.setProfiling(counts)
    const begun = performance.now()
    const losses = await steps()
    if (counts) {
      this.#milliseconds += performance.now() - begun
      this.#counted += losses.length
    }
    this.#done += losses.length
    return losses
  }

  /** Means of a step; null before any was counted. */
  report(): RunProfile | null {
    if (this.#counted === 0) return null
    const operations = this.#backend
      .profile()
      .map(({ name, phase, milliseconds }) => ({ name, phase, ms: milliseconds / this.#counted }))
    return { steps: this.#counted, msPerStep: this.#milliseconds / this.#counted, operations }
  }
}
