/** Which runs have ended while the window was open, each told once. */
import type { RunSummary } from '../../../main/contract/runs.ts'

/** Runs that were stopped were stopped by somebody, who knows. */
const news = new Set<RunSummary['status']>(['completed', 'failed', 'interrupted'])

export class FinishedRuns {
  /** When a run has to have ended to be news; ISO 8601. */
  readonly #since: string
  /** When each run ended that was told of: one that was resumed may end again. */
  readonly #told = new Map<string, string>()

  constructor(since: string) {
    this.#since = since
  }

  /** Those of the runs whose end is news. */
  take(runs: readonly RunSummary[]): RunSummary[] {
    return runs.filter(({ id, status, finishedAt }) => {
      if (!news.has(status) || finishedAt === null || finishedAt <= this.#since) return false
      const known = this.#told.get(id) === finishedAt
      this.#told.set(id, finishedAt)
      return !known
    })
  }
}
