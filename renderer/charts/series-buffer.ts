/** Holds a curve's points in the order of their steps. It grows at the end while a run is live. */
export class SeriesBuffer {
  readonly steps: number[] = []
  readonly epochs: number[] = []
  readonly values: number[] = []
  readonly elapsedMs: number[] = []

  /** Appends a point. It replaces those at or after its step, which a resumed run passes again. */
  push({
    step,
    epoch,
    value,
    elapsedMs,
  }: {
    step: number
    epoch: number
    value: number
    elapsedMs: number
  }): void {
    while (this.steps.length > 0 && this.steps[this.steps.length - 1]! >= step) {
      for (const column of [this.steps, this.epochs, this.values, this.elapsedMs]) column.pop()
    }
    this.steps.push(step)
    this.epochs.push(epoch)
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
