/**
 * Lays a graph out in ranks from below to above. Each node is as low as its sources allow, and a rank has its nodes in
 * the order in which they are read, so that they stand from left to right as the document names them.
 */
import type { Point } from '../../../../../main/model/point.ts'
import { edgeId } from './layout.ts'
import { acyclic, type Edge } from './ranks.ts'
import { stackRank } from './stack-rank.ts'
import { maximumOf, minimumOf } from '../../../../../main/model/extremes.ts'

/** The room that an edge takes in a rank that it passes through. */
const PASSING = 14
const SWEEPS = 6

export interface Box {
  width: number
  height: number
  /** The gaps between neighbours and between ranks. */
  gap: { across: number; along: number }
}

export interface UpwardLayout {
  width: number
  height: number
  /** The top left corners. The lowest boxes end at y = 0, and y falls upwards. */
  positions: Map<string, Point>
  /** By the edges' ids, the points at which they enter and leave each rank between their ends. */
  passages: Map<string, Point[]>
}

/** A node, or the room that all edges of one source share where they pass through a rank. */
interface Slot {
  size: number
  middle: number
  below: Slot[]
  above: Slot[]
}

/** Takes `edges` in the order in which their targets read. They may have cycles, but both ends must be among the ids. */
export function layOutUpwards(ids: readonly string[], edges: readonly Edge[], box: Box): UpwardLayout {
  const kept = new Set(acyclic(ids, edges))
  const forward = edges.filter((edge) => kept.has(edge))
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
    for (const edge of sources.get(id) ?? []) {
      const passed: [Slot, number][] = []
      for (let rank = rankOf(id) - 1; rank > rankOf(edge.source); rank--)
        passed.unshift([slot(`${edge.source} ${rank}`, rank, PASSING), rank])
      passages.set(edgeId(edge), passed)
      visit(edge.source)
      const [first, last] = [edge.source, id].map((end) => slot(end, rankOf(end), box.width))
      const way = [first!, ...passed.map(([through]) => through), last!]
      way.slice(1).forEach((each, index) => join(way[index]!, each))
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
    positions: new Map(
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

/** Gives each node the length of the longest path to it from a node that reads nothing. */
function lowestRanks(
  ids: readonly string[],
  sources: ReadonlyMap<string, readonly Edge[]>,
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

/** Pulls each slot to the middle of its neighbours, those below and those above in turn. */
function arrange(ranks: readonly Slot[][], gap: number): void {
  const settle = (rank: Slot[], side: 'below' | 'above') => {
    const boxes = rank.map((each) => {
      const neighbours = each[side]
      const sum = neighbours.reduce((total, { middle }) => total + middle, 0)
      return { size: each.size, wanted: neighbours.length > 0 ? sum / neighbours.length : each.middle }
    })
    stackRank(boxes, gap).forEach((middle, index) => (rank[index]!.middle = middle))
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const rank of ranks.toReversed()) settle(rank, 'above')
    for (const rank of ranks) settle(rank, 'below')
  }
}
