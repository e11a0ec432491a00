/** Measures what a rank's training steps take, and how long each exchange keeps them waiting. */
import type { ExchangeReport, NativeRanks } from '../../native/index.ts'
import type { ExchangeTime, RankTime } from '../contract/cluster.ts'
import type { Member } from './rank-messages.ts'

/** The first steps are not measured, because memory is not touched and caches are not warm yet. */
const WARM_UP_STEPS = 20

export class RankClock {
  readonly #ranks: NativeRanks
  readonly #self: Pick<Member, 'rank' | 'host'>
  /** Sums of all counted steps, in the order of the engine's report. */
  readonly #exchanges: ExchangeTime[] = []
  #done = 0
  #counted = 0
  #milliseconds = 0

  constructor(ranks: NativeRanks, self: Pick<Member, 'rank' | 'host'>) {
    this.#ranks = ranks
    this.#self = self
  }

  /** The number of steps that were counted. All ranks of a job count the same ones. */
  get steps(): number {
    return this.#counted
  }

  /** Makes some steps and counts them once the first ones are over. */
  async measure(steps: () => Promise<Float64Array>): Promise<Float64Array> {
    const counts = this.#done >= WARM_UP_STEPS
    const before = this.#ranks.exchanges()
    const begun = performance.now()
    const losses = await steps()
    if (counts) {
      this.#milliseconds += performance.now() - begun
      this.#counted += losses.length
      this.#add(before, this.#ranks.exchanges())
    }
    this.#done += losses.length
    return losses
  }

  #add(before: readonly ExchangeReport[], after: readonly ExchangeReport[]): void {
    after.forEach(({ name, bytes, milliseconds, waitedMilliseconds }, index) => {
      const sum = (this.#exchanges[index] ??= { name, bytes: 0, ms: 0, waitedMs: 0 })
      sum.bytes += bytes - (before[index]?.bytes ?? 0)
      sum.ms += milliseconds - (before[index]?.milliseconds ?? 0)
      sum.waitedMs += waitedMilliseconds - (before[index]?.waitedMilliseconds ?? 0)
    })
  }

  /** Means of a step. There have to be counted steps. */
  report(): RankTime {
    const { rank, host } = this.#self
    const mean = (sum: number) => sum / this.#counted
    return {
      rank,
      host,
      memoryBytes: process.memoryUsage.rss(),
      msPerStep: mean(this.#milliseconds),
      exchanges: this.#exchanges.map(({ name, bytes, ms, waitedMs }) => ({
        name,
        bytes: mean(bytes),
        ms: mean(ms),
        waitedMs: mean(waitedMs),
      })),
    }
  }
}
