/** What a rank of a rehearsed cluster takes for its work, from what was measured of a machine. */
import type { ExchangeCosts, MessageCosts, RankCalibration } from '../../contract/rank-calibration.ts'
import type { RehearsedHost } from '../../contract/rehearsal.ts'
import type { Amounts } from '../../model/step-time/amounts.ts'
import { timeOf } from '../../model/step-time/fit.ts'

/** A machine whose speed is known. */
export type KnownMachine = Pick<
  RankCalibration,
  'cores' | 'oneThread' | 'roofs' | 'exchanges' | 'tcp' | 'slowdown'
>

/** Whether the speed of work is that of matrix products. */
export type Limit = 'products' | 'none'

/** A layer of 1,024 × 1,024 for 2,048 samples, by which cores are compared. */
const LARGE_LAYER = {
  'linear.forward': 1,
  'linear.forward.values': 2048 * 2048,
  'linear.forward.weights': 1024 * 1024,
  'linear.forward.products': 2048 * 1024 * 1024,
}
const LAYER_FLOPS = 2 * LARGE_LAYER['linear.forward.products']

export class RankMachine {
  readonly host: RehearsedHost
  readonly exchanges: ExchangeCosts
  /** Of messages to other hosts. */
  readonly between: MessageCosts
  readonly #known: KnownMachine
  readonly #factors: Record<Limit, number>
  /** Bytes a second of memory that each rank of a host has. */
  readonly #bandwidth: number

  constructor(known: KnownMachine, host: RehearsedHost) {
    this.host = host
    this.#known = known
    const { cores, roofs, exchanges, tcp } = known
    // More threads than cores take turns.
    const turns = Math.max(1, (host.ranksPerHost * host.threads) / host.cores)
    const ownFlops = LAYER_FLOPS / (timeOf(LARGE_LAYER, known.oneThread) / 1000)
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
    this.between = {
      messageSeconds: crowded * (host.rdma ? exchanges : tcp).messageSeconds,
      byteSeconds: host.rdma ? 0 : crowded * tcp.byteSeconds,
    }
  }

  /** Seconds that a rank computes for an operation's work. Threads divide all of it but what is done once. */
  seconds(amounts: Amounts, limit: Limit): number {
    const all = timeOf(amounts, this.#known.oneThread) / 1000
    const { threads } = this.host
    if (threads === 1) return this.#factors[limit] * all
    const single = Object.entries(amounts).filter(([, amount]) => amount === 1)
    const once = timeOf(Object.fromEntries(single), this.#known.oneThread) / 1000
    return this.#factors[limit] * (once + (all - once) / threads)
  }

  /** Seconds for work that threads do not divide. */
  secondsOfOneThread(amounts: Amounts): number {
    return (this.#factors.none * timeOf(amounts, this.#known.oneThread)) / 1000
  }

  /** Seconds in which a rank moves so many bytes between memory and processors, at least. */
  secondsInMemory(bytes: number): number {
    return bytes / this.#bandwidth
  }

  /** How many times as long a rank of a job computes because threads that exchange share its cores. */
  get slowdown(): number {
    const { full, crowded } = this.#known.slowdown
    const { cores, ranksPerHost, threads } = this.host
    const perCore = (ranksPerHost * threads) / cores
    if (perCore >= 1) return full + (crowded - full) * Math.min(1, perCore - 1)
    return 1 + (full - 1) * this.takenShare
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
