/** Smoothed training speed, and the size of a chunk of steps that keeps the loop responsive. */

/** The weight of past steps decays with this time constant. */
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

  /** The number of steps that take about 75 ms; one until the first chunk was measured. */
  get chunkSteps(): number {
    if (this.#msPerStep === null) return 1
    return Math.max(1, Math.min(MAX_CHUNK_STEPS, Math.round(CHUNK_MS / Math.max(this.#msPerStep, 1e-3))))
  }

  /** null until the speed is known. */
  secondsFor(samples: number): number | null {
    const speed = this.samplesPerSecond
    return speed > 0 ? samples / speed : null
  }
}
