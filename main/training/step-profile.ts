/**
 * Measures by operation how a run's steps spend their time. Only some steps are measured, because that takes time too.
 */
import type { RunProfile } from '../contract/runs.ts'
import type { TrainingBackend } from './backends/backend.ts'

/** The first steps are not measured, because memory is not touched and caches are not warm yet. */
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

  /** Runs some steps and measures them if they are due. */
  async measure(steps: () => Promise<Float64Array>): Promise<Float64Array> {
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

  /** Means of a step, or null before any was measured. */
  report(): RunProfile | null {
    if (this.#counted === 0) return null
    const operations = this.#backend
      .profile()
      .map(({ name, phase, milliseconds }) => ({ name, phase, ms: milliseconds / this.#counted }))
    return { steps: this.#counted, msPerStep: this.#milliseconds / this.#counted, operations }
  }
}
