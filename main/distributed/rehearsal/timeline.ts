/**
 * Plays the steps of all ranks through: what each computes, which exchange begins when the last rank has begun it, and who
 * waits for it. The order is that of native/engine/src/across_ranks/step.rs, and exchanges follow each other on a thread of
 * their own.
 */
import type { ExchangeCost } from './exchange-costs.ts'
import type { LayerSeconds, TableSeconds } from './rank-work.ts'

export interface JobTimes {
  layers: LayerSeconds
  /** Of each rank. */
  tables: readonly TableSeconds[]
  pooled: ExchangeCost
  loss: ExchangeCost
  /** The sum of so many values. */
  sum: (values: number) => ExchangeCost
  /** The share of an exchange's processor time that computation loses. */
  takenShare: number
  /** How many times as long computation takes beside exchanges. */
  slowdown: number
}

/** Seconds, as means over the ranks where nothing else is said. */
export interface PlayedStep {
  step: number
  compute: number
  allToAll: number
  allReduce: number
  waiting: number
  /** Exchanges from their start to their end. */
  exchanges: number
  /** What of them computation waited for. */
  waitedFor: number
  slowestRank: number
  /** Of the slowest rank. */
  slowestCompute: number
}

type Kind = 'allToAll' | 'allReduce'

interface Pending {
  kind: Kind
  /** When the last rank was ready for it, and when it ends. */
  ready: number
  end: number
}

/** After so many steps each is like the one before. */
const STEPS = 4

export function playSteps(times: JobTimes): PlayedStep {
  const ranks = new RankClocks(times.tables.length, times)
  for (let step = 0; step < STEPS; step++) {
    ranks.forget()
    playStep(ranks, times)
  }
  return ranks.played()
}

function playStep(ranks: RankClocks, { layers, tables, pooled, loss, sum }: JobTimes): void {
  ranks.computeEach((rank) => tables[rank]?.forward ?? 0)
  const values = ranks.start('allToAll', pooled)
  ranks.compute(layers.bottom)
  ranks.wait(values)
  ranks.compute(layers.pooledCopy + layers.top)
  const losses = ranks.start('allReduce', loss)
  let gradients: Pending | null = null
  const sums: Pending[] = []
  for (const { seconds, bucketValues, sendsPooled } of layers.backward) {
    ranks.compute(seconds)
    if (bucketValues > 0) sums.push(ranks.start('allReduce', sum(bucketValues)))
    if (sendsPooled) {
      ranks.compute(layers.pooledCopy)
      gradients = ranks.start('allToAll', pooled)
    }
  }
  if (gradients) ranks.wait(gradients)
  ranks.computeEach((rank) => tables[rank]?.collect ?? 0)
  for (const each of sums) ranks.wait(each)
  ranks.compute(layers.gradientCopy + layers.update)
  ranks.computeEach((rank) => tables[rank]?.update ?? 0)
  ranks.wait(losses)
  ranks.compute(layers.overhead)
}

class RankClocks {
  readonly #ranks: number
  readonly #takenShare: number
  readonly #slowdown: number
  readonly #now: Float64Array
  /** When the last exchange ends, after which the next one begins. */
  #free = 0
  readonly #before: Float64Array
  readonly #computed: Float64Array
  #exchanged: Record<Kind, number> = { allToAll: 0, allReduce: 0 }
  #waiting = 0
  #exchanges = 0
  #waitedFor = 0

  constructor(ranks: number, { takenShare, slowdown }: Pick<JobTimes, 'takenShare' | 'slowdown'>) {
    this.#ranks = ranks
    this.#takenShare = takenShare
    this.#slowdown = slowdown
    this.#now = new Float64Array(ranks)
    this.#before = new Float64Array(ranks)
    this.#computed = new Float64Array(ranks)
  }

  /** Begins to measure a step. */
  forget(): void {
    this.#before.set(this.#now)
    this.#computed.fill(0)
    this.#exchanged = { allToAll: 0, allReduce: 0 }
    this.#waiting = 0
    this.#exchanges = 0
    this.#waitedFor = 0
  }

  compute(seconds: number): void {
    this.computeEach(() => seconds)
  }

  computeEach(seconds: (rank: number) => number): void {
    for (let rank = 0; rank < this.#ranks; rank++) {
      const own = this.#slowdown * seconds(rank)
      this.#now[rank]! += own
      this.#computed[rank]! += own
    }
  }

  start(kind: Kind, { seconds, processorSeconds }: ExchangeCost): Pending {
    const ready = latest(this.#now)
    const end = Math.max(this.#free, ready) + seconds
    this.#free = end
    this.#exchanges += seconds
    const taken = this.#takenShare * processorSeconds
    for (let rank = 0; rank < this.#ranks; rank++) this.#now[rank]! += taken
    this.#exchanged[kind] += taken * this.#ranks
    return { kind, ready, end }
  }

  wait({ kind, ready, end }: Pending): void {
    for (let rank = 0; rank < this.#ranks; rank++) {
      const now = this.#now[rank]!
      if (end <= now) continue
      const late = Math.max(0, ready - now)
      this.#waiting += late
      this.#exchanged[kind] += end - now - late
      this.#waitedFor += end - now - late
      this.#now[rank] = end
    }
  }

  played(): PlayedStep {
    const mean = (sum: number) => sum / this.#ranks
    let slowestRank = 0
    let step = 0
    let compute = 0
    for (let rank = 0; rank < this.#ranks; rank++) {
      step += this.#now[rank]! - this.#before[rank]!
      compute += this.#computed[rank]!
      if (this.#computed[rank]! > this.#computed[slowestRank]!) slowestRank = rank
    }
    return {
      step: mean(step),
      compute: mean(compute),
      allToAll: mean(this.#exchanged.allToAll),
      allReduce: mean(this.#exchanged.allReduce),
      waiting: mean(this.#waiting),
      exchanges: this.#exchanges,
      waitedFor: mean(this.#waitedFor),
      slowestRank,
      slowestCompute: this.#computed[slowestRank] ?? 0,
    }
  }
}

const latest = (times: Float64Array): number => times.reduce((most, each) => Math.max(most, each), 0)
