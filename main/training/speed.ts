/** Smoothed training speed, and how large a chunk of steps should be so that the loop stays responsive. */

/** Weight of the past fades with this time constant. */
const SMOOTHING_MS = 2000
/** A pause or stop waits for about this long. */
const CHUNK_MS = 75
const MAX_CHUNK_STEPS = 8192

export class Speed {
  #samples = 0
  #milliseconds = 0
  #msPerStep: number | null = null

  add(steps: number, samples: number, milliseconds: number): void {
    const fade = Math.exp(-milliseconds / SMOOTHING_MS)
    this.#samples = this.#samples * fade + samples
    this.#milliseconds = this.#milliseconds * fade + milliseconds
    this.#msPerStep = milliseconds / steps
  }

  get samplesPerSecond(): number {
    return this.#milliseconds > 0 ? (this.#samples / this.#milliseconds) * 1000 : 0
  }

  /** Steps of about 75 ms together; a single one until the first was measured. */
  get chunkSteps(): number {
    if (this.#msPerStep === null) return 1
    return Math.max(1, Math.min(MAX_CHUNK_STEPS, Math.round(CHUNK_MS / Math.max(this.#msPerStep, 1e-3))))
  }

  /** null until there is a speed. */
  secondsFor(samples: number): number | null {
    const speed = this.samplesPerSecond
    return speed > 0 ? samples / speed : null
  }
}
