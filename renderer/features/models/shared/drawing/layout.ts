/**
 * Lays a graph out in ranks, from left to right or from top to bottom. Its time is linear in nodes and edges but for
 * sorting, because recommendation models can have hundreds of tables.
 */
import type { Point } from '../../../../../main/model/point.ts'
import { acyclic, ranksOf, type Edge } from './ranks.ts'
import { stackRank } from './stack-rank.ts'

export const NODE_WIDTH = 180
export const NODE_HEIGHT = 70
/** The room that an edge takes in a rank that it passes through. */
const PASSING = 10
const SWEEPS = 4

export interface Size {
  width: number
  height: number
}

export type Direction = 'right' | 'down'

/** Sizes are along the direction and across it. The gaps leave room for the shape labels of the edges. */
const measures = {
  right: { along: 'width', across: 'height', gapAlong: 80, gapAcross: 18 },
  down: { along: 'height', across: 'width', gapAlong: 44, gapAcross: 22 },
} as const
const NODE: Size = { width: NODE_WIDTH, height: NODE_HEIGHT }

export interface Layout extends Size {
  direction: Direction
  /** The top left corners, by the nodes' ids. */
  positions: Map<string, Point>
  /** By the edges' ids, the points at which they enter and leave each rank between their ends. */
  passages: Map<string, Point[]>
}

/** A node, or the room that all edges of one source share where they pass through a rank. */
interface Slot {
  id: string
  rank: number
  /** Its size and its middle are measured across the direction. */
  size: number
  middle: number
  before: Slot[]
  after: Slot[]
}

export const edgeId = ({ source, target }: Edge) => `${source} ${target}`

/**
 * `edges` may have cycles, but both ends of each must be among the ids. `sizes` has the boxes that are not as large as a
 * node. Every box stands in the middle of its rank.
 */
export function layOut(
  ids: readonly string[],
  edges: readonly Edge[],
  direction: Direction,
  sizes: ReadonlyMap<string, Size> = new Map(),
): Layout {
  const { along, across, gapAlong, gapAcross } = measures[direction]
  const sizeOf = (id: string) => sizes.get(id) ?? NODE
  const forward = acyclic(ids, edges)
  const ranks = ranksOf(ids, forward)
  const slots = new Map<string, Slot>()
  const slot = (id: string, rank: number, size: number): Slot => {
    const known = slots.get(id)
    if (known) return known
    const made: Slot = { id, rank, size, middle: 0, before: [], after: [] }
    slots.set(id, made)
    return made
  }
  for (const id of ids) slot(id, ranks.get(id) ?? 0, sizeOf(id)[across])
  const passed = new Map<string, Slot[]>()
  for (const edge of forward) passed.set(edgeId(edge), connect(edge, ranks, slot))
  const all = [...slots.values()]
  const inRanks = byRank(all)
  arrange(inRanks, gapAcross)
  const extents = inRanks.map(() => 0)
  for (const id of ids) {
    const { rank } = slot(id, 0, 0)
    extents[rank] = Math.max(extents[rank] ?? 0, sizeOf(id)[along])
  }
  const starts = [0]
  for (const extent of extents) starts.push((starts.at(-1) ?? 0) + extent + gapAlong)
  const start = (rank: number) => starts[rank] ?? 0
  const extent = (rank: number) => extents[rank] ?? 0
  const point = (onWay: number, offWay: number): Point =>
    direction === 'right' ? { x: onWay, y: offWay } : { x: offWay, y: onWay }
  const first = all.reduce((least, { middle, size }) => Math.min(least, middle - size / 2), Infinity)
  const last = all.reduce((most, { middle, size }) => Math.max(most, middle + size / 2), -Infinity)
  const { x: width, y: height } = point(start(inRanks.length) - gapAlong, last - first)
  return {
    direction,
    width,
    height,
    positions: new Map(
      ids.map((id) => {
        const { rank, middle } = slot(id, 0, 0)
        const size = sizeOf(id)
        return [id, point(start(rank) + (extent(rank) - size[along]) / 2, middle - size[across] / 2)]
      }),
    ),
    passages: new Map(
      [...passed].map(([id, through]) => [
        id,
        through.flatMap(({ rank, middle }) => [
          point(start(rank), middle),
          point(start(rank) + extent(rank), middle),
        ]),
      ]),
    ),
  }
}

/** Gives where an edge leaves a box whose top left corner is given. */
export function exitOf({ x, y }: Point, direction: Direction): Point {
  return direction === 'right'
    ? { x: x + NODE_WIDTH, y: y + NODE_HEIGHT / 2 }
    : { x: x + NODE_WIDTH / 2, y: y + NODE_HEIGHT }
}

/** Gives where an edge arrives at a box whose top left corner is given. */
export function entryOf({ x, y }: Point, direction: Direction): Point {
  return direction === 'right' ? { x, y: y + NODE_HEIGHT / 2 } : { x: x + NODE_WIDTH / 2, y }
}

/** Connects two nodes by slots in the ranks between them, which all edges of one source share. */
function connect(
  { source, target }: Edge,
  ranks: Map<string, number>,
  slot: (id: string, rank: number, size: number) => Slot,
): Slot[] {
  const through: Slot[] = []
  const last = ranks.get(target) ?? 0
  let from = slot(source, 0, 0)
  for (let rank = from.rank + 1; rank < last; rank++) {
    const passing = slot(`${source} ${rank}`, rank, PASSING)
    join(from, passing)
    through.push(passing)
    from = passing
  }
  join(from, slot(target, 0, 0))
  return through
}

function join(from: Slot, to: Slot): void {
  if (from.after.includes(to)) return
  from.after.push(to)
  to.before.push(from)
}

function byRank(slots: Slot[]): Slot[][] {
  const ranks: Slot[][] = []
  for (const slot of slots) (ranks[slot.rank] ??= []).push(slot)
  return ranks
}

/** Sweeps over the ranks and pulls each slot to the middle of its neighbours, first on one side, then on the other. */
function arrange(ranks: Slot[][], gap: number): void {
  for (const rank of ranks) stack(rank, (each) => each.middle, gap)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const rank of ranks) settle(rank, 'before', gap)
    for (const rank of [...ranks].reverse()) settle(rank, 'after', gap)
  }
}

function settle(rank: Slot[], side: 'before' | 'after', gap: number): void {
  const wanted = (each: Slot) => {
    const neighbours = each[side]
    if (neighbours.length === 0) return each.middle
    return neighbours.reduce((sum, neighbour) => sum + neighbour.middle, 0) / neighbours.length
  }
  rank.sort((a, b) => wanted(a) - wanted(b))
  stack(rank, wanted, gap)
}

function stack(rank: Slot[], wanted: (slot: Slot) => number, gap: number): void {
  const middles = stackRank(
    rank.map((each) => ({ wanted: wanted(each), size: each.size })),
    gap,
  )
  rank.forEach((each, index) => (each.middle = middles[index] ?? 0))
}
