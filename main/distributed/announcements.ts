/** How rank 0 tells the other ranks of a job which call comes next. */
import type { NativeRanks } from '../../native/index.ts'
import type { Call } from './calls.ts'

export class Announcements {
  readonly #ranks: NativeRanks
  /** Calls reach the other ranks in the order in which they are announced. */
  #sent: Promise<void> = Promise.resolve()

  constructor(ranks: NativeRanks) {
    this.#ranks = ranks
  }

  /** Resolves once the call and all before it are on their way. */
  announce(call: Call): Promise<void> {
    const sent = this.#sent.then(async () => {
      await this.#ranks.broadcast(JSON.stringify(call))
    })
    this.#sent = sent
    // Whoever waits for it learns of a failure, and after a call that nobody waits for comes one that somebody does.
    sent.catch(() => undefined)
    return sent
  }

  /** Resolves once the other ranks have made the call that was announced last, if it is one after which they meet. */
  async meet(): Promise<void> {
    await this.#ranks.gather('')
  }
}
