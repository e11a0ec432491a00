/** One curve's points in the order of their steps; grows at the end while a run is live. */
export class SeriesBuffer {
  readonly steps: number[] = []
  readonly values: number[] = []
  readonly elapsedMs: number[] = []

  /** Appends a point; a point of the same step replaces it (a resumed run repeats steps after its checkpoint). */
  push(step: number, value: number, elapsedMs: number): void {
    while (this.steps.length > 0 && this.steps[this.steps.length - 1]! >= step) {
      this.steps.pop()
      this.values.pop()
      this.elapsedMs.pop()
    }
    this.steps.push(step)
    this.values.push(value)
    this.elapsedMs.push(elapsedMs)
  }

  get length(): number {
    return this.steps.length
  }

  get last(): number | null {
    return this.values[this.values.length - 1] ?? null
  }
}
