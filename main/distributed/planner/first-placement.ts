/** Places all groups once, within the memory of the hosts. */
import type { Host } from './hosts.ts'
import type { Placement } from './placement.ts'
import type { TableGroup } from './table-groups.ts'

/**
 * The most expensive group first, each on the rank that it makes least slow (longest processing time first, Graham
 * 1969). With `divides`, a group that alone takes longer than a rank's fair share is divided first. null if this leads
 * to a group that fits nowhere.
 */
export function placeByTime(
  start: Placement,
  groups: readonly TableGroup[],
  divides: boolean,
): Placement | null {
  const placement = start.copy()
  const { costs } = placement
  const traffic = (group: TableGroup) => costs.traffic(group, group.width)
  const fairShare = groups.reduce((sum, group) => sum + traffic(group), 0) / costs.ranks
  const parts = groups.flatMap((group) => {
    const wanted = divides && group.undividedBecause === null ? Math.ceil(traffic(group) / fairShare) : 1
    const count = Math.min(wanted, costs.ranks, group.width)
    return partsOf(group.width, count).map((columns) => ({ group, columns }))
  })
  parts.sort(
    (one, other) => costs.traffic(other.group, other.columns) - costs.traffic(one.group, one.columns),
  )
  for (const { group, columns } of parts) {
    const rank = bestRank(placement, group, columns)
    if (rank !== null) placement.change(group, rank, columns)
    else if (group.undividedBecause !== null || !fill(placement, group, columns)) return null
  }
  return placement
}

/** `whole` columns in `count` parts that differ by one at most. */
function partsOf(whole: number, count: number): number[] {
  const edge = (part: number) => Math.floor((part * whole) / count)
  return Array.from({ length: count }, (_, part) => edge(part + 1) - edge(part))
}

/** The rank with room that is fastest with these columns, the first of equals. */
function bestRank(placement: Placement, group: TableGroup, columns: number): number | null {
  let best: number | null = null
  let least = Infinity
  for (let rank = 0; rank < placement.costs.ranks; rank++) {
    const own = placement.secondsWith(rank, group, columns)
    if (own >= least || !placement.fits(rank, group, columns)) continue
    best = rank
    least = own
  }
  return best
}

/** Divides columns among the hosts that have the most room. False if there is too little. */
function fill(placement: Placement, group: TableGroup, columns: number): boolean {
  let left = columns
  const filled = new Set<Host>()
  while (left > 0) {
    const rank = roomiest(placement, filled)
    if (rank === null) return false
    const host = placement.costs.hostOf(rank)
    filled.add(host)
    let more = Math.min(
      left,
      Math.floor((placement.freeOf(host) * group.width) / placement.growth(rank, group, group.width)),
    )
    while (more > 0 && !placement.fits(rank, group, more)) more--
    if (more <= 0) continue
    placement.change(group, rank, more)
    left -= more
  }
  return true
}

/** The fastest rank of the host that has the most room. */
function roomiest(placement: Placement, without: ReadonlySet<Host>): number | null {
  let best: number | null = null
  let [mostRoom, leastSeconds] = [-Infinity, Infinity]
  for (let rank = 0; rank < placement.costs.ranks; rank++) {
    const host = placement.costs.hostOf(rank)
    if (without.has(host)) continue
    const [room, seconds] = [placement.freeOf(host), placement.seconds(rank)]
    if (room < mostRoom || (room === mostRoom && seconds >= leastSeconds)) continue
    ;[best, mostRoom, leastSeconds] = [rank, room, seconds]
  }
  return best
}

/** Choices of the search for a placement that fits, before it gives up. */
const MAX_CHOICES = 20_000

/**
 * Looks only for memory: undivided groups, largest first, are packed by a search that tries other hosts when a group
 * fits nowhere, and groups that can be divided fill what is left. null if it finds nothing.
 */
export function placeByMemory(start: Placement, groups: readonly TableGroup[]): Placement | null {
  const placement = start.copy()
  const { costs } = placement
  const bytes = (group: TableGroup) => costs.memory(group, group.width)
  const bySize = [...groups].sort((one, other) => bytes(other) - bytes(one))
  const whole = bySize.filter(({ undividedBecause }) => undividedBecause !== null)
  const columnBytes = (group: TableGroup) => bytes(group) / group.width
  const divisible = bySize
    .filter(({ undividedBecause }) => undividedBecause === null)
    .sort((one, other) => columnBytes(other) - columnBytes(one))
  let choices = 0
  const pack = (next: number): Placement | null => {
    const group = whole[next]
    if (!group) {
      const filled = placement.copy()
      return divisible.every((each) => fill(filled, each, each.width)) ? filled : null
    }
    const tried = new Set<number>()
    for (const rank of ranksByRoom(placement)) {
      const room = placement.freeOf(costs.hostOf(rank))
      // Hosts with equal room are alike.
      if (tried.has(room) || bytes(group) > room) continue
      tried.add(room)
      if (++choices > MAX_CHOICES) return null
      placement.change(group, rank, group.width)
      const found = pack(next + 1)
      if (found) return found
      placement.change(group, rank, -group.width)
    }
    return null
  }
  return pack(0)
}

/** One rank of each host, the fastest, from the host with the most room on. */
function ranksByRoom(placement: Placement): number[] {
  const ranks: number[] = []
  const hosts = new Set<Host>()
  for (let rank = roomiest(placement, hosts); rank !== null; rank = roomiest(placement, hosts)) {
    ranks.push(rank)
    hosts.add(placement.costs.hostOf(rank))
  }
  return ranks
}
