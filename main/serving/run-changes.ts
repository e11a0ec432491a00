import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { summaryOf } from '../runs/summaries.ts'

/** The number of changes that one event reports. After more, whoever shows runs has to ask again. */
const MAX_REPORTED_CHANGES = 200

/** Reports which runs have changed, whichever process changed them. */
export class RunChanges {
  readonly #database: StudioReader
  readonly #emit: (event: EngineEvent) => void
  #last: number

  constructor(database: StudioReader, emit: (event: EngineEvent) => void) {
    this.#database = database
    this.#emit = emit
    this.#last = database.runList.lastChange()
  }

  /** Reports what has changed since the last call. It takes microseconds if nothing has. */
  poll(): void {
    const { runList } = this.#database
    const found = runList.changesAfter(this.#last, MAX_REPORTED_CHANGES)
    const last = found?.last ?? runList.lastChange()
    if (last === this.#last) return
    this.#last = last
    this.#emit({
      kind: 'changed',
      what: 'runs',
      total: runList.count(),
      more: found === null,
      changed: found?.changed.map(summaryOf) ?? [],
      removed: found?.removed ?? [],
    })
  }
}
