/** A division of groups of tables among ranks while it is made and improved. */
import type { PlacementCosts, RankLoad } from './costs.ts'
import type { Host } from './hosts.ts'
import type { TableGroup } from './table-groups.ts'

export class Placement {
  readonly costs: PlacementCosts
  /** For each group, how many of its columns each rank has. Ranks without any are left out. */
  readonly parts: Map<TableGroup, Map<number, number>>
  readonly loads: RankLoad[]
  readonly #used = new Map<Host, number>()

  constructor(costs: PlacementCosts) {
    this.costs = costs
    this.parts = new Map()
    this.loads = Array.from({ length: costs.ranks }, () => ({ traffic: 0, columns: 0 }))
    for (let rank = 0; rank < costs.ranks; rank++) {
      const host = costs.hostOf(rank)
      this.#used.set(host, this.usedOf(host) + costs.baseBytes)
    }
  }

  copy(): Placement {
    const copy = new Placement(this.costs)
    for (const [group, parts] of this.parts)
      for (const [rank, columns] of parts) copy.change(group, rank, columns)
    return copy
  }

  columnsOn(rank: number, group: TableGroup): number {
    return this.parts.get(group)?.get(rank) ?? 0
  }

  usedOf(host: Host): number {
    return this.#used.get(host) ?? 0
  }

  freeOf(host: Host): number {
    return host.memoryBytes === null ? Infinity : host.memoryBytes - this.usedOf(host)
  }

  seconds(rank: number): number {
    return this.costs.seconds(rank, this.loads[rank] ?? { traffic: 0, columns: 0 })
  }

  /** What a rank would take with `more` columns of a group, or fewer if it is negative. */
  secondsWith(rank: number, changes: readonly [TableGroup, number][]): number {
    const load = { ...(this.loads[rank] ?? { traffic: 0, columns: 0 }) }
    for (const [group, more] of changes) {
      const now = this.columnsOn(rank, group)
      load.traffic += this.costs.traffic(group, now + more) - this.costs.traffic(group, now)
      load.columns += this.costs.columns(group, now + more) - this.costs.columns(group, now)
    }
    return this.costs.seconds(rank, load)
  }

  /** Bytes by which a rank's host needs more memory with more columns of a group. */
  growth(rank: number, group: TableGroup, more: number): number {
    const now = this.columnsOn(rank, group)
    return this.costs.memory(group, now + more) - this.costs.memory(group, now)
  }

  fits(rank: number, group: TableGroup, more: number): boolean {
    return this.growth(rank, group, more) <= this.freeOf(this.costs.hostOf(rank))
  }

  /** Gives a rank more columns of a group, or takes them away if `more` is negative. */
  change(group: TableGroup, rank: number, more: number): void {
    const { costs } = this
    const host = costs.hostOf(rank)
    this.#used.set(host, this.usedOf(host) + this.growth(rank, group, more))
    const parts = this.parts.get(group) ?? new Map<number, number>()
    this.parts.set(group, parts)
    const now = parts.get(rank) ?? 0
    if (now + more === 0) parts.delete(rank)
    else parts.set(rank, now + more)
    const load = this.loads[rank]
    if (!load) throw new Error(`There is no rank ${rank}.`)
    load.traffic += costs.traffic(group, now + more) - costs.traffic(group, now)
    load.columns += costs.columns(group, now + more) - costs.columns(group, now)
  }

  /** The rank that the others wait for, the first of equals. */
  slowest(): number {
    let slowest = 0
    let most = -1
    for (let rank = 0; rank < this.costs.ranks; rank++) {
      const own = this.seconds(rank)
      if (own > most) [slowest, most] = [rank, own]
    }
    return slowest
  }

  stepSeconds(): number {
    return this.seconds(this.slowest())
  }
}
