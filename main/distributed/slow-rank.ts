/** Finds a rank that computes for much longer than the others of its job, which wait for it in every step. */
import type { JobTimes, RankTime } from '../contract/cluster.ts'
import { maximumOf } from '../model/extremes.ts'

/** A rank is slow from this multiple of what the others compute in the median. */
const SLOW_FACTOR = 2
/** In so many spans one after the other, because any rank may be disturbed for a moment. */
const SPANS = 3
/** Milliseconds of training steps in a span. Reports come more often where checkpoints do. */
const SPAN_MS = 1500

/** Of one rank, in milliseconds since the start of the job. */
interface Spent {
  total: number
  computing: number
}

export class SlowRankWatch {
  #before: Spent[] = []
  #stepsBefore = 0
  #suspect: number | null = null
  #spans = 0
  readonly #told = new Set<number>()

  /** Takes a report of all ranks. Returns a sentence for the run's log when a rank is found to be slow, once for each. */
  look({ steps, ranks }: JobTimes): string | null {
    const now = ranks.map((rank) => spent(rank, steps))
    const passed = now.map(({ total, computing }, rank) => ({
      total: total - (this.#before[rank]?.total ?? 0),
      computing: computing - (this.#before[rank]?.computing ?? 0),
    }))
    if (maximumOf(passed.map(({ total }) => total)) < SPAN_MS) return null
    const perStep = passed.map(({ computing }) => computing / (steps - this.#stepsBefore))
    this.#before = now
    this.#stepsBefore = steps
    const slowest = perStep.indexOf(maximumOf(perStep))
    const own = perStep[slowest] ?? 0
    const others = median(perStep.filter((_, rank) => rank !== slowest))
    const isSlow = own > SLOW_FACTOR * others
    this.#spans = isSlow && slowest === this.#suspect ? this.#spans + 1 : Number(isSlow)
    this.#suspect = isSlow ? slowest : null
    const time = ranks[slowest]
    if (!time || this.#spans < SPANS || this.#told.has(slowest)) return null
    this.#told.add(slowest)
    return (
      `The ranks wait for rank ${slowest} on ${time.host}: it computes for ${own.toFixed(1)} ms in a step, the others for ` +
      `${others.toFixed(1)} ms. Its host may be slower or busy, or its part of the tables too large.`
    )
  }
}

/** What a rank has not waited for, it has computed. */
function spent({ msPerStep, exchanges }: RankTime, steps: number): Spent {
  const waited = exchanges.reduce((sum, { waitedMs }) => sum + waitedMs, 0)
  return { total: steps * msPerStep, computing: steps * (msPerStep - waited) }
}

/** Without numbers Infinity, than which nothing is greater. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Infinity
}
