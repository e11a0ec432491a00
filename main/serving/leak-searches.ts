import type { LeakReport } from '../contract/dataset-leaks.ts'
import type { EngineEvent } from '../contract/events.ts'
import type { DatasetService } from '../datasets/dataset-service.ts'

const REPORT_EVERY_MS = 100

/** The searches for leaks that the window has asked for, at most one a dataset. */
export class LeakSearches {
  readonly #running = new Map<string, { abort: AbortController; report: Promise<LeakReport> }>()
  readonly #datasets: DatasetService
  readonly #emit: (event: EngineEvent) => void

  constructor(datasets: DatasetService, emit: (event: EngineEvent) => void) {
    this.#datasets = datasets
    this.#emit = emit
  }

  /** The report on a dataset. Who asks while it is being made gets the same one. */
  search(id: string): Promise<LeakReport> {
    const known = this.#running.get(id)
    if (known) return known.report
    const abort = new AbortController()
    let last = 0
    const progress = (fraction: number) => {
      if (performance.now() - last < REPORT_EVERY_MS) return
      last = performance.now()
      this.#emit({ kind: 'leaks', id, fraction })
    }
    const report = this.#datasets.leaks(id, abort.signal, progress).finally(() => this.#running.delete(id))
    this.#running.set(id, { abort, report })
    return report
  }

  /** Nothing happens if none is running. */
  cancel(id: string): void {
    this.#running.get(id)?.abort.abort()
  }
}
