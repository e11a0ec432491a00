import { expect, it } from 'vitest'
import type { TablePlan } from '../../contract/table-plan.ts'
import { optimizerBytes } from '../../model/costs.ts'
import type { Plan } from '../../model/plan-types.ts'
import { planOfTables, type TableOfModel } from '../../../test/helpers/models-of-tables.ts'
import { Draws } from '../../../test/helpers/random-documents.ts'
import { PlacementCosts } from './costs.ts'
import { hostsOfRanks, ORDINARY_HOST, type Host } from './hosts.ts'
import { engineShard, placeTables, shardsOf, type PlacementSettings } from './place-tables.ts'
import { Placement } from './placement.ts'
import { dividedByRows, tableGroups, type TableGroup } from './table-groups.ts'

const pair = (operation: 'mult' | 'concat') =>
  ({ kind: 'quotientRemainder', collisions: 10, operation }) as const

interface Example {
  plan: Plan
  settings: PlacementSettings
  groups: TableGroup[]
  costs: PlacementCosts
}

/** A model and hosts of a seed. Most hosts have about the memory that the tables need. */
function example(seed: number, most: { tables: number; ranks: number; dimension: number }): Example {
  const draws = new Draws(seed)
  const dimensions = [4, 8, 16, 32, 64, 128].filter((dimension) => dimension <= most.dimension)
  const tables = Array.from({ length: draws.int(1, most.tables) }, (): TableOfModel => {
    const divided = draws.chance(0.2)
    return {
      rows: Math.ceil(10 ** (2 + 5 * draws.number())),
      dimension: dimensions[draws.int(0, dimensions.length - 1)] ?? 4,
      rowWeights: draws.chance(0.2) ? 'learned' : 'none',
      ...(divided && { compression: pair(draws.one(['mult', 'concat'])) }),
    }
  })
  const plan = planOfTables(tables)
  const ranks = draws.int(1, most.ranks)
  const optimizer = draws.one(['sgd', 'adagrad', 'rowWiseAdagrad', 'adam'])
  const lookups = tables.map(() => (draws.chance(0.3) ? 1 + 20 * draws.number() : 1))
  const hosts: Host[] = []
  for (let left = ranks; left > 0; left -= hosts.at(-1)?.slots ?? left) {
    const speed = draws.chance(0.3) ? 0.5 + draws.number() : 1
    hosts.push({
      name: `host${hosts.length}`,
      ...ORDINARY_HOST,
      slots: draws.int(1, left),
      memoryBandwidth: speed * ORDINARY_HOST.memoryBandwidth,
      networkBandwidth: ORDINARY_HOST.networkBandwidth * 10 ** (2 * draws.number() - 1),
    })
  }
  const batchSize = 2 ** draws.int(5, 12)
  const settings = { ranks, hosts, tables: optimizer, dense: optimizer, batchSize, lookups }
  const groups = tableGroups(plan, optimizer, lookups)
  const costs = new PlacementCosts(plan, groups, { ...settings, hosts: hostsOfRanks(hosts, ranks) })
  if (draws.chance(0.7)) {
    const need = groups.reduce((sum, group) => sum + costs.memory(group, group.width), 0)
    const tightness = 0.9 + draws.number()
    for (const each of hosts)
      each.memoryBytes = each.slots * costs.baseBytes + (tightness * need * 2 * draws.number()) / hosts.length
  }
  return { plan, settings, groups, costs }
}

/** Whether a placement may fit: false only if none does. */
function couldFit({ groups, costs, settings: { hosts, ranks } }: Example): boolean {
  const used = new Set(hostsOfRanks(hosts, ranks))
  const free = [...used].map((each) => (each.memoryBytes ?? Infinity) - each.slots * costs.baseBytes)
  if (free.some((bytes) => bytes < 0)) return false
  const bytes = (group: TableGroup) => costs.memory(group, group.width)
  const divisible = groups.map((group) =>
    group.undividedBecause !== null && group.rowsUndividedBecause === null ? dividedByRows(group) : group,
  )
  const whole = divisible.filter((group) => group.undividedBecause !== null).map(bytes)
  const divided = divisible.filter((group) => group.undividedBecause === null)
  // Single rows that wait for the exchange are more than pooled ones.
  const bytesOfParts = (group: TableGroup) =>
    Math.max(bytes(group), (costs.memory(group, group.width - 1) * group.width) / (group.width - 1 || 1))
  const rest = divided.reduce((sum, group) => sum + bytesOfParts(group), 0)
  /** Whether a group's parts would fit if it were the only one that is divided. */
  const columnsFit = (group: TableGroup) =>
    free.reduce((sum, room) => sum + Math.floor((room * group.width) / bytesOfParts(group)), 0) >= group.width
  whole.sort((one, other) => other - one)
  const pack = (next: number): boolean => {
    const own = whole[next]
    if (own === undefined)
      return rest <= free.reduce((sum, each) => sum + each, 0) && divided.every(columnsFit)
    return free.some((room, at) => {
      if (own > room) return false
      free[at] = room - own
      const fits = pack(next + 1)
      free[at] = room
      return fits
    })
  }
  return pack(0)
}

/**
 * Seconds of the fastest placement that takes less than `below`, or null if none does, with at least a cache line or a quarter of a table in
 * each part.
 */
function fastest({ groups, costs }: Example, below: number): number | null {
  let best = below
  const placement = new Placement(costs)
  // A rank with more columns sends more, and one with fewer receives more.
  const fairColumns = groups.reduce((sum, group) => sum + costs.columns(group, group.width), 0) / costs.ranks
  const place = (next: number): void => {
    const bound = placement.loads.map(({ traffic, columns }, rank) =>
      costs.seconds(rank, { traffic, columns: Math.max(columns, fairColumns) }),
    )
    if (Math.max(...bound) >= best) return
    const group = groups[next]
    if (!group) best = Math.min(best, placement.stepSeconds())
    else divide(next, group, 0, group.width)
  }
  const divide = (next: number, group: TableGroup, rank: number, left: number): void => {
    if (left === 0) return place(next + 1)
    if (rank === costs.ranks) return
    const finest = group.by === 'rows' ? group.width / 4 : Math.min(16, group.width / 4)
    const quantum = group.undividedBecause !== null ? group.width : Math.max(1, finest)
    for (let columns = left; columns >= 0; columns -= quantum) {
      if (!placement.fits(rank, group, columns)) continue
      if (columns > 0) placement.change(group, rank, columns)
      divide(next, group, rank + 1, left - columns)
      if (columns > 0) placement.change(group, rank, -columns)
    }
  }
  place(0)
  return best < below ? best : null
}

/** The same with divided rows, where columns cannot be. */
function withRows(each: Example): Example {
  const { plan, settings } = each
  const groups = each.groups.map((group) =>
    group.undividedBecause !== null && group.rowsUndividedBecause === null ? dividedByRows(group) : group,
  )
  const hosts = hostsOfRanks(settings.hosts, settings.ranks)
  return { ...each, groups, costs: new PlacementCosts(plan, groups, { ...settings, hosts }) }
}

it(
  'random models never need more memory than a host has, and no table is left out',
  { timeout: 90_000 },
  () => {
    let [impossible, divided] = [0, 0]
    for (let seed = 1; seed <= 1000; seed++) {
      const each = example(seed, { tables: 14, ranks: 8, dimension: 128 })
      let placed: TablePlan
      try {
        placed = placeTables(each.plan, each.settings)
      } catch {
        expect(couldFit(each), `seed ${seed}`).toBe(false)
        impossible++
        continue
      }
      const { ranks, tables, hosts } = each.settings
      const shards = placed.shards.map(engineShard)
      if (shards.some(({ rows }) => rows !== undefined)) divided++
      expect(shardsOf(each.plan, { version: 1, ranks, shards }, { ranks, tables })).toEqual(shards)
      const parameters = each.plan.parameters.filter(({ kind }) => kind === 'table')
      const bytes = placed.shards.reduce((sum, shard) => sum + shard.bytes, 0)
      expect(Math.abs(bytes - optimizerBytes(parameters)[tables])).toBeLessThan(placed.shards.length)
      for (const { name, memoryBytes } of hosts) {
        const used = placed.perRank.filter((rank) => rank.host === name)
        const sum = used.reduce((total, rank) => total + rank.memoryBytes, 0)
        expect(sum, `seed ${seed}`).toBeLessThanOrEqual((memoryBytes ?? Infinity) + ranks)
      }
    }
    expect(impossible).toBeLessThan(500)
    expect(divided).toBeGreaterThan(30)
  },
)

it(
  'random models take at most a tenth longer than the fastest placement, where all can be tried',
  { timeout: 30_000 },
  () => {
    let byRows = 0
    for (let seed = 1, tried = 0; tried < 200; seed++) {
      const each = example(seed, { tables: 5, ranks: 3, dimension: 64 })
      if (!couldFit(each)) continue
      tried++
      const { stepMs, shards } = placeTables(each.plan, each.settings)
      const seconds = stepMs / 1000
      const dividesRows = shards.some(({ rows }) => rows !== undefined)
      if (dividesRows) {
        byRows++
        expect(fastest(each, Infinity), `seed ${seed} divides rows`).toBeNull()
      }
      const all = dividesRows ? withRows(each) : each
      expect(fastest(all, seconds / 1.1), `seed ${seed} takes ${seconds} s`).toBeNull()
    }
    expect(byRows).toBeGreaterThan(3)
  },
)
