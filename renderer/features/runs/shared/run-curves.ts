import { ask } from '../../../platform/engine.ts'
import { SeriesBuffer } from '../../../charts/series-buffer.ts'
import type { MetricPoint } from '../../../../main/contract/runs.ts'

const POINTS_AT_ONCE = 20_000

/** All curves of one run, which grow as points come. */
export class RunCurves {
  readonly #series = new Map<string, SeriesBuffer>()
  /** The sequence number of the newest point. */
  #last = 0

  curve(name: string): SeriesBuffer {
    return this.#series.get(name) ?? new SeriesBuffer()
  }

  /** Adds new points in the order of their numbers. Returns false if points before them are missing. */
  take(points: readonly MetricPoint[]): boolean {
    for (const point of points) {
      if (point.sequence > this.#last + 1) return false
      this.#put(point)
    }
    return true
  }

  /** Asks for all points after the newest one. The numbers of a resumed run's points may have gaps. */
  async load(run: string, wanted: () => boolean): Promise<void> {
    for (let more = true; more && wanted();) {
      const answer = await ask('runs.metrics', { id: run, after: this.#last, limit: POINTS_AT_ONCE })
      answer.points.forEach((point) => this.#put(point))
      more = answer.more
    }
  }

  #put(point: MetricPoint): void {
    if (point.sequence <= this.#last) return
    this.#last = point.sequence
    let buffer = this.#series.get(point.series)
    if (!buffer) this.#series.set(point.series, (buffer = new SeriesBuffer()))
    buffer.push(point)
  }
}
