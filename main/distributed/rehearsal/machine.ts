/** What a rank of a rehearsed cluster takes for its work, from what was measured of a machine. */
import type { Roofs } from '../../contract/benchmarks.ts'
import type { ExchangeCosts } from '../../contract/rank-calibration.ts'
import type { RehearsedHost } from '../../contract/rehearsal.ts'
import type { Amounts } from '../../model/step-time/amounts.ts'
import { timeOf, type UnitTimes } from '../../model/step-time/fit.ts'

/** A machine whose speed is known. */
export interface KnownMachine {
  cores: number
  /** Of a process with one thread, while each other core has such a process. */
  oneThread: UnitTimes
  /** Of a process with a thread on each core. */
  allThreads: UnitTimes
  /** What all cores reach together. */
  roofs: Roofs
  exchanges: ExchangeCosts
}

/** Whether the speed of work is that of matrix products. */
export type Limit = 'products' | 'none'

export class RankMachine {
  readonly host: RehearsedHost
  readonly exchanges: ExchangeCosts
  readonly #known: KnownMachine
  readonly #factors: Record<Limit, number>
  /** Bytes a second of memory that each rank of a host has. */
  readonly #bandwidth: number

  constructor(known: KnownMachine, host: RehearsedHost) {
    this.host = host
    this.#known = known
    const { cores, roofs, exchanges } = known
    // More threads than cores take turns.
    const turns = Math.max(1, (host.ranksPerHost * host.threads) / host.cores)
    const ownFlops = (roofs.gflops * 1e9) / cores
    const flops = host.flops === null ? ownFlops : host.flops / host.cores
    this.#factors = { products: (turns * ownFlops) / flops, none: turns }
    const bandwidth = host.memoryBandwidth ?? (roofs.gbPerSecond * 1e9 * host.cores) / cores
    this.#bandwidth = bandwidth / host.ranksPerHost
    const crowded = Math.max(1, host.ranksPerHost / host.cores)
    this.exchanges = {
      callSeconds: crowded * exchanges.callSeconds,
      messageSeconds: crowded * exchanges.messageSeconds,
      byteSeconds: crowded * exchanges.byteSeconds,
      addSeconds: crowded * exchanges.addSeconds,
      copySeconds: crowded * exchanges.copySeconds,
    }
  }

  /** Seconds that a rank computes for this work. */
  seconds(amounts: Amounts, limit: Limit): number {
    const { oneThread, allThreads, cores } = this.#known
    const one = timeOf(amounts, oneThread) / 1000
    const { threads } = this.host
    const factor = this.#factors[limit]
    if (threads === 1 || cores === 1) return factor * one
    // The part that threads divide, by Amdahl's law.
    const all = timeOf(amounts, allThreads) / 1000
    const divided = Math.min(one, Math.max(0, (one - all) / (1 - 1 / cores)))
    return factor * (one - divided + divided / threads)
  }

  /** Seconds for work that moves so many bytes of memory: no less than these take. */
  secondsInMemory(amounts: Amounts, bytes: number): number {
    return Math.max(this.seconds(amounts, 'none'), bytes / this.#bandwidth)
  }

  /**
   * The share of an exchange's processor time that it takes from the threads that compute: all of it if they are on every
   * core.
   */
  get takenShare(): number {
    const { cores, ranksPerHost, threads } = this.host
    const free = Math.max(0, cores - ranksPerHost * threads)
    return Math.max(0, ranksPerHost - free) / ranksPerHost
  }
}
