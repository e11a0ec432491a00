/** The owner's requests to a run, which the loop polls between two chunks of steps. */
export class RunControl {
  #paused = false
  #stopped = false
  #wake: (() => void) | null = null

  get pauseRequested(): boolean {
    return this.#paused && !this.#stopped
  }

  get stopRequested(): boolean {
    return this.#stopped
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake?.()
  }

  /** Stops for good. A paused run wakes up and stops. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  /** Resolves when the run may continue or has to stop. */
  async untilResumed(): Promise<void> {
    while (this.pauseRequested) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
