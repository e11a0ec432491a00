/** What the owner wants of a run, as the loop asks for it between two chunks of steps. */
export class RunControl {
  #paused = false
  #stopped = false
  #wake: (() => void) | null = null

  get pauseWanted(): boolean {
    return this.#paused && !this.#stopped
  }

  get stopWanted(): boolean {
    return this.#stopped
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake?.()
  }

  /** For good; a paused run wakes up to stop. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  /** Resolves once the run may go on or has to stop. */
  async untilWanted(): Promise<void> {
    while (this.pauseWanted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
