import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'

/** Reports to the window that more rows of the database turned out to be unusable, as any reading may find. */
export class NewProblems {
  readonly #database: Pick<StudioReader, 'problems'>
  readonly #emit: (event: EngineEvent) => void
  #known = 0

  constructor(database: Pick<StudioReader, 'problems'>, emit: (event: EngineEvent) => void) {
    this.#database = database
    this.#emit = emit
  }

  /** It takes microseconds. */
  poll(): void {
    const found = this.#database.problems().length
    if (found === this.#known) return
    this.#known = found
    this.#emit({ kind: 'changed', what: 'problems' })
  }
}
