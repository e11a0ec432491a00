/** A division of groups of tables among ranks while it is made and improved. */
import type { PlacementCosts, RankLoad } from './costs.ts'
import type { Host } from './hosts.ts'
import type { TableGroup } from './table-groups.ts'

export class Placement {
  readonly costs: PlacementCosts
  readonly loads: RankLoad[]
  /** For each group, how many of its columns, or of its ranges of rows, each rank has. Ranks without any are left out. */
  readonly #parts = new Map<TableGroup, Map<number, number>>()
  /** For each rank, the same. */
  readonly #partsOnRanks: Map<TableGroup, number>[]
  readonly #used = new Map<Host, number>()

  constructor(costs: PlacementCosts) {
    this.costs = costs
    this.loads = Array.from({ length: costs.ranks }, () => ({ traffic: 0, columns: 0 }))
    this.#partsOnRanks = this.loads.map(() => new Map<TableGroup, number>())
    for (let rank = 0; rank < costs.ranks; rank++) {
      const host = costs.hostOf(rank)
      this.#used.set(host, this.#usedOf(host) + costs.baseBytes)
    }
  }

  copy(): Placement {
    const copy = new Placement(this.costs)
    for (const [group, parts] of this.#parts)
      for (const [rank, columns] of parts) copy.change(group, rank, columns)
    return copy
  }

  /** The columns of a group on each rank that has any. */
  partsOf(group: TableGroup): ReadonlyMap<number, number> {
    return this.#parts.get(group) ?? new Map<number, number>()
  }

  partsOn(rank: number): [TableGroup, number][] {
    return [...(this.#partsOnRanks[rank] ?? [])]
  }

  columnsOn(rank: number, group: TableGroup): number {
    return this.#partsOnRanks[rank]?.get(group) ?? 0
  }

  /** Bytes that a host has left; below 0 if it has too little. */
  freeOf(host: Host): number {
    return host.memoryBytes === null ? Infinity : host.memoryBytes - this.#usedOf(host)
  }

  #usedOf(host: Host): number {
    return this.#used.get(host) ?? 0
  }

  loadOf(rank: number): RankLoad {
    const load = this.loads[rank]
    if (!load) throw new Error(`There is no rank ${rank}.`)
    return load
  }

  /** What these columns of a group cost a rank. */
  loadOfPart(group: TableGroup, columns: number): RankLoad {
    return { traffic: this.costs.traffic(group, columns), columns: this.costs.columns(group, columns) }
  }

  seconds(rank: number): number {
    return this.costs.seconds(rank, this.loadOf(rank))
  }

  /** What a rank would take with more columns of a group. */
  secondsWith(rank: number, group: TableGroup, more: number): number {
    const { traffic, columns } = this.loadOf(rank)
    const now = this.columnsOn(rank, group)
    const [before, after] = [this.loadOfPart(group, now), this.loadOfPart(group, now + more)]
    return this.costs.seconds(rank, {
      traffic: traffic + after.traffic - before.traffic,
      columns: columns + after.columns - before.columns,
    })
  }

  /** Bytes by which a rank needs more memory with more columns of a group. */
  growth(rank: number, group: TableGroup, more: number): number {
    const now = this.columnsOn(rank, group)
    return this.costs.memory(group, now + more) - this.costs.memory(group, now)
  }

  fits(rank: number, group: TableGroup, more: number): boolean {
    return this.growth(rank, group, more) <= this.freeOf(this.costs.hostOf(rank))
  }

  /** Gives a rank more columns of a group, or takes them away if `more` is negative. */
  change(group: TableGroup, rank: number, more: number): void {
    const host = this.costs.hostOf(rank)
    const load = this.loadOf(rank)
    const now = this.columnsOn(rank, group)
    const [before, after] = [this.loadOfPart(group, now), this.loadOfPart(group, now + more)]
    this.#used.set(host, this.#usedOf(host) + this.growth(rank, group, more))
    load.traffic += after.traffic - before.traffic
    load.columns += after.columns - before.columns
    const parts = this.#parts.get(group) ?? new Map<number, number>()
    this.#parts.set(group, parts)
    if (now + more === 0) {
      parts.delete(rank)
      this.#partsOnRanks[rank]?.delete(group)
    } else {
      parts.set(rank, now + more)
      this.#partsOnRanks[rank]?.set(group, now + more)
    }
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
