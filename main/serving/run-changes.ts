import type { StudioReader } from '../../db/index.ts'
import type { EngineEvent } from '../contract/events.ts'
import { summaryOf } from '../runs/summaries.ts'

/** Changes that one event tells; after more, whoever shows runs has to ask again. */
const MOST = 200

/** Tells which runs have changed, whichever process changed them. */
export class RunChanges {
  readonly #database: StudioReader
  readonly #tell: (event: EngineEvent) => void
  #last: number

  constructor(database: StudioReader, tell: (event: EngineEvent) => void) {
    this.#database = database
    this.#tell = tell
    this.#last = database.runList.lastChange()
  }

  /** Tells what is new since the last call; costs microseconds where nothing is. */
  look(): void {
    const { runList } = this.#database
    const found = runList.changesAfter(this.#last, MOST)
    const last = found?.last ?? runList.lastChange()
    if (last === this.#last) return
    this.#last = last
    this.#tell({
      kind: 'changed',
      what: 'runs',
      total: runList.count(),
      more: found === null,
      changed: found?.changed.map(summaryOf) ?? [],
      removed: found?.removed ?? [],
    })
  }
}
