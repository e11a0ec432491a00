import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'

/** Tells the window when more of the database turns out to be unusable, which reading it shows at any time. */
export class NewProblems {
  readonly #database: Pick<StudioReader, 'problems'>
  readonly #tell: (event: EngineEvent) => void
  #known = 0

  constructor(database: Pick<StudioReader, 'problems'>, tell: (event: EngineEvent) => void) {
    this.#database = database
    this.#tell = tell
  }

  /** Costs microseconds. */
  look(): void {
    const found = this.#database.problems().length
    if (found === this.#known) return
    this.#known = found
    this.#tell({ kind: 'changed', what: 'problems' })
  }
}
