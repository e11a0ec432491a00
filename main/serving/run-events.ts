import type { EngineEvent } from '../contract/events.ts'
import { isActive, type RunStatus } from '../contract/runs.ts'

type RunEvent = Extract<EngineEvent, { kind: 'run' }>

/** The least time between two reports of a run's progress. Nobody reads a pace that changes more often. */
const PROGRESS_INTERVAL_MS = 1000

/**
 * Reports what runs report of themselves to the window, but no more than it shows: points and log lines of the runs
 * that it follows, at once; of all others the progress, once a second, and each change of status.
 */
export class RunEvents {
  readonly #emit: (event: RunEvent) => void
  #followed: ReadonlySet<string> = new Set()
  readonly #reported = new Map<string, { status: RunStatus; at: number }>()

  constructor(emit: (event: RunEvent) => void) {
    this.#emit = emit
  }

  /** From now on the window shows the points and log lines of these runs and of no others. */
  follow(ids: readonly string[]): void {
    this.#followed = new Set(ids)
  }

  report(event: RunEvent): void {
    const { id, status } = event
    if (this.#followed.has(id)) return this.#emit(event)
    const last = this.#reported.get(id)
    const now = performance.now()
    if (last?.status === status && now - last.at < PROGRESS_INTERVAL_MS) return
    if (isActive(status)) this.#reported.set(id, { status, at: now })
    else this.#reported.delete(id)
    this.#emit({ ...event, points: [], lines: [] })
  }
}
