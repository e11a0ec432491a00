import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'

/** Tells the window when more of the database turns out to be unusable, which reading it shows at any time. */
export class NewProblems {
  readonly #database: Pick<StudioReader, 'problems'>
  readonly #emit: (event: EngineEvent) => void
  #known = 0

  constructor(database: Pick<StudioReader, 'problems'>, emit: (event: EngineEvent) => void) {
    this.#database = database
    this.#emit = emit
  }

  /** Costs microseconds. */
  poll(): void {
    const found = this.#database.problems().length
    if (found === this.#known) return
    this.#known = found
    this.#emit({ kind: 'changed', what: 'problems' })
  }
}
