/** Bundles what is new in one run into events, at most ten a second. */
import type { EngineEvent } from '../contract/events.ts'
import type { RunProgress, RunStatus } from '../contract/runs.ts'
import type { StoredUpdate } from '../../db/index.ts'
import { appendAll } from '../model/extremes.ts'

const BUNDLE_MS = 100

export class RunEvents {
  readonly #id: string
  readonly #tell: (event: EngineEvent) => void
  #status: RunStatus = 'starting'
  #progress: RunProgress | null = null
  #news: StoredUpdate = { points: [], lines: [] }
  #lastTold = -Infinity
  #timer: NodeJS.Timeout | null = null

  constructor(id: string, tell: (event: EngineEvent) => void) {
    this.#id = id
    this.#tell = tell
  }

  status(status: RunStatus): void {
    this.#status = status
    this.#soon()
  }

  update(stored: StoredUpdate, progress: RunProgress | null = this.#progress): void {
    appendAll(this.#news.points, stored.points)
    appendAll(this.#news.lines, stored.lines)
    this.#progress = progress
    this.#soon()
  }

  /** Tells what is still untold, for a run's end. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#lastTold = performance.now()
    const { points, lines } = this.#news
    this.#news = { points: [], lines: [] }
    this.#tell({ kind: 'run', id: this.#id, status: this.#status, progress: this.#progress, points, lines })
  }

  #soon(): void {
    this.#timer ??= setTimeout(
      () => this.flush(),
      Math.max(0, BUNDLE_MS - (performance.now() - this.#lastTold)),
    )
  }
}
