/** Which runs have ended while the window was open, each reported once. */
import type { RunSummary } from '../../../main/contract/runs.ts'

/** Runs that were stopped were stopped by somebody, who knows. */
const news = new Set<RunSummary['status']>(['completed', 'failed', 'interrupted'])

export class FinishedRuns {
  /** When a run has to have ended to be news; ISO 8601. */
  readonly #since: string
  /** When each reported run ended. A run that is resumed may end again. */
  readonly #reported = new Map<string, string>()

  constructor(since: string) {
    this.#since = since
  }

  /** Those of the runs whose end is news. */
  take(runs: readonly RunSummary[]): RunSummary[] {
    return runs.filter(({ id, status, finishedAt }) => {
      if (!news.has(status) || finishedAt === null || finishedAt <= this.#since) return false
      const known = this.#reported.get(id) === finishedAt
      this.#reported.set(id, finishedAt)
      return !known
    })
  }
}
