/**
 * Lays a graph out in columns from left to right. dagre gives as good a drawing, but takes seconds for the hundreds of
 * tables that a recommendation model can have; this is linear in nodes and links but for sorting.
 */
import { acyclic, ranksOf, type Link } from './ranks.ts'
import { stackColumn } from './stack-column.ts'

export const NODE_WIDTH = 180
export const NODE_HEIGHT = 70
const COLUMN_GAP = 80
const ROW_GAP = 18
/** Of a line that passes a column without stopping. */
const PASSING_HEIGHT = 10
const SWEEPS = 4

export interface Point {
  x: number
  y: number
}

export interface Layout {
  /** Top left corners. */
  places: Map<string, Point>
  /** Where a link passes the columns between its ends: pairs of points, left and right of a column. */
  passages: Map<string, Point[]>
}

/** A node, or a place where links of one source pass a column. */
interface Slot {
  id: string
  rank: number
  height: number
  y: number
  before: Slot[]
  after: Slot[]
}

export const linkId = ({ source, target }: Link) => `${source} ${target}`

/** `links` may have cycles; both ends of each must be among the ids. */
export function layOut(ids: readonly string[], links: readonly Link[]): Layout {
  const forward = acyclic(ids, links)
  const ranks = ranksOf(ids, forward)
  const slots = new Map<string, Slot>()
  const slot = (id: string, rank: number, height: number): Slot => {
    const known = slots.get(id)
    if (known) return known
    const made: Slot = { id, rank, height, y: 0, before: [], after: [] }
    slots.set(id, made)
    return made
  }
  for (const id of ids) slot(id, ranks.get(id) ?? 0, NODE_HEIGHT)
  const passed = new Map<string, Slot[]>()
  for (const link of forward) passed.set(linkId(link), connect(link, ranks, slot))
  const columns = columnsOf([...slots.values()])
  arrange(columns)
  const left = (rank: number) => rank * (NODE_WIDTH + COLUMN_GAP)
  return {
    places: new Map(
      ids.map((id) => {
        const { rank, y } = slot(id, 0, 0)
        return [id, { x: left(rank), y: y - NODE_HEIGHT / 2 }]
      }),
    ),
    passages: new Map(
      [...passed].map(([id, through]) => [
        id,
        through.flatMap(({ rank, y }) => [
          { x: left(rank), y },
          { x: left(rank) + NODE_WIDTH, y },
        ]),
      ]),
    ),
  }
}

/** Joins two nodes by slots in the columns between; links of one source share them. */
function connect(
  { source, target }: Link,
  ranks: Map<string, number>,
  slot: (id: string, rank: number, height: number) => Slot,
): Slot[] {
  const through: Slot[] = []
  const last = ranks.get(target) ?? 0
  let from = slot(source, 0, 0)
  for (let rank = from.rank + 1; rank < last; rank++) {
    const passing = slot(`${source} ${rank}`, rank, PASSING_HEIGHT)
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

function columnsOf(slots: Slot[]): Slot[][] {
  const columns: Slot[][] = []
  for (const each of slots) (columns[each.rank] ??= []).push(each)
  return columns
}

/** Sweeps over the columns, drawing each slot to the middle of its neighbours, first on one side, then on the other. */
function arrange(columns: Slot[][]): void {
  for (const column of columns) place(column, (each) => each.y)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of columns) settle(column, 'before')
    for (const column of [...columns].reverse()) settle(column, 'after')
  }
}

function settle(column: Slot[], side: 'before' | 'after'): void {
  const middle = (each: Slot) => {
    const neighbours = each[side]
    if (neighbours.length === 0) return each.y
    return neighbours.reduce((sum, neighbour) => sum + neighbour.y, 0) / neighbours.length
  }
  column.sort((a, b) => middle(a) - middle(b))
  place(column, middle)
}

function place(column: Slot[], wanted: (slot: Slot) => number): void {
  const ys = stackColumn(
    column.map((each) => ({ wanted: wanted(each), height: each.height })),
    ROW_GAP,
  )
  column.forEach((each, index) => (each.y = ys[index] ?? 0))
}
