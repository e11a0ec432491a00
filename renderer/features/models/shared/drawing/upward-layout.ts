/**
 * Lays a graph out in ranks from below to above, each node as low as its sources allow, and in a rank in the order in
 * which nodes are read: a model's parts stand from left to right as its document names them.
 */
import { linkId, type Point } from './layout.ts'
import { acyclic, type Link } from './ranks.ts'
import { stackRank } from './stack-rank.ts'
import { maximumOf, minimumOf } from '../../../../../main/model/extremes.ts'

/** Room of a line that passes a rank without stopping. */
const PASSING = 14
const SWEEPS = 6

export interface Box {
  width: number
  height: number
  /** Between neighbours, and between ranks. */
  gap: { across: number; along: number }
}

export interface UpwardLayout {
  width: number
  height: number
  /** Top left corners; the lowest boxes end at y = 0, and y falls upwards. */
  places: Map<string, Point>
  /** Where a link passes the ranks between its ends: pairs of points, before and behind a rank. */
  passages: Map<string, Point[]>
}

/** A node, or a place where links of one source pass a rank. */
interface Slot {
  size: number
  middle: number
  below: Slot[]
  above: Slot[]
}

/** `links` in the order in which their targets read; they may have cycles. Both ends of each must be among the ids. */
export function layOutUpwards(ids: readonly string[], links: readonly Link[], box: Box): UpwardLayout {
  const kept = new Set(acyclic(ids, links))
  const forward = links.filter((link) => kept.has(link))
  const sources = Map.groupBy(forward, ({ target }) => target)
  const rankOf = lowestRanks(ids, sources)
  const ranks: Slot[][] = []
  const slots = new Map<string, Slot>()
  const slot = (key: string, rank: number, size: number): Slot => {
    const made = slots.get(key) ?? { size, middle: 0, below: [], above: [] }
    if (!slots.has(key)) (ranks[rank] ??= []).push(made)
    slots.set(key, made)
    return made
  }
  const passages = new Map<string, [slot: Slot, rank: number][]>()
  const seen = new Set<string>()
  const visit = (id: string): void => {
    if (seen.has(id)) return
    seen.add(id)
    slot(id, rankOf(id), box.width)
    for (const link of sources.get(id) ?? []) {
      const passed: [Slot, number][] = []
      for (let rank = rankOf(id) - 1; rank > rankOf(link.source); rank--)
        passed.unshift([slot(`${link.source} ${rank}`, rank, PASSING), rank])
      passages.set(linkId(link), passed)
      visit(link.source)
      const [first, last] = [link.source, id].map((end) => slot(end, rankOf(end), box.width))
      const way = [first!, ...passed.map(([through]) => through), last!]
      way.slice(1).forEach((each, place) => join(way[place]!, each))
    }
  }
  const read = new Set(forward.map(({ source }) => source))
  for (const id of [...ids.filter((each) => !read.has(each)), ...ids]) visit(id)
  arrange(ranks, box.gap.across)
  const all = ranks.flat()
  const left = minimumOf(all.map(({ middle, size }) => middle - size / 2))
  const right = maximumOf(all.map(({ middle, size }) => middle + size / 2))
  const pitch = box.height + box.gap.along
  return {
    width: right - left,
    height: ranks.length * pitch - box.gap.along,
    places: new Map(
      ids.map((id) => {
        const { middle } = slot(id, rankOf(id), box.width)
        return [id, { x: middle - box.width / 2 - left, y: -rankOf(id) * pitch - box.height }]
      }),
    ),
    passages: new Map(
      [...passages].map(([id, passed]) => [
        id,
        passed.flatMap(([{ middle }, rank]) => [
          { x: middle - left, y: -rank * pitch },
          { x: middle - left, y: -rank * pitch - box.height },
        ]),
      ]),
    ),
  }
}

/** How many nodes are passed on the longest way from one that reads nothing. */
function lowestRanks(
  ids: readonly string[],
  sources: ReadonlyMap<string, readonly Link[]>,
): (id: string) => number {
  const ranks = new Map<string, number>()
  const rankOf = (id: string): number => {
    const known = ranks.get(id)
    if (known !== undefined) return known
    const rank = (sources.get(id) ?? []).reduce((most, { source }) => Math.max(most, rankOf(source) + 1), 0)
    ranks.set(id, rank)
    return rank
  }
  ids.forEach(rankOf)
  return rankOf
}

function join(lower: Slot, upper: Slot): void {
  if (lower.above.includes(upper)) return
  lower.above.push(upper)
  upper.below.push(lower)
}

/** Draws each slot to the middle of its neighbours, of those below and of those above in turn. */
function arrange(ranks: readonly Slot[][], gap: number): void {
  const settle = (rank: Slot[], side: 'below' | 'above') => {
    const boxes = rank.map((each) => {
      const neighbours = each[side]
      const sum = neighbours.reduce((total, { middle }) => total + middle, 0)
      return { size: each.size, wanted: neighbours.length > 0 ? sum / neighbours.length : each.middle }
    })
    stackRank(boxes, gap).forEach((middle, place) => (rank[place]!.middle = middle))
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const rank of ranks.toReversed()) settle(rank, 'above')
    for (const rank of ranks) settle(rank, 'below')
  }
}
