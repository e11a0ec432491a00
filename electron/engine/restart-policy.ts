const WINDOW_MS = 60_000
const MAX_EXITS = 5
const FIRST_DELAY_MS = 250
const MAX_DELAY_MS = 4000

/**
 * Decides when an engine that died is started again: soon at first, later each time, and not after the fifth time in a
 * minute.
 */
export class RestartPolicy {
  #ends: number[] = []

  /** Milliseconds to wait before the next start, or null to give up. `now` is in milliseconds. */
  delayAfterEnd(now: number): number | null {
    this.#ends = [...this.#ends.filter((end) => now - end < WINDOW_MS), now]
    if (this.#ends.length >= MAX_EXITS) return null
    return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#ends.length - 1))
  }

  forget(): void {
    this.#ends = []
  }
}
