/** Decides where the nodes of a document are: at their own positions, or where a layout puts them. */
import type { ModelDocument, ModelNode, NodeGroup } from '../../../../main/model/document.ts'
import type { Point } from '../../../../main/model/point.ts'
import { nodesById, sourcesOf } from '../../../../main/model/graph.ts'
import { layOut, NODE_HEIGHT, NODE_WIDTH, type Size } from '../shared/drawing/layout.ts'
import type { Edge } from '../shared/drawing/ranks.ts'
import { groupKey, groupsOf } from './canvas-groups.ts'
import { maximumOf, minimumOf } from '../../../../main/model/extremes.ts'

/** The room that a frame leaves around its nodes, and for its name above them. */
export const FRAME_PADDING = 20
export const FRAME_HEAD = 20

/** The pixels between the lines of the grid to which nodes snap. */
export const GRID = 10

/** This many nodes stand in one column. */
const COLUMN = 12
const GAP: Point = { x: 60, y: 20 }

/** Nothing is drawn farther from the origin, because sums and differences of much larger numbers are inexact. */
const MAX_COORDINATE = 1e7

/** Gives every node's position: its own, or where a layout puts it. */
export function shownPositions(document: ModelDocument): Map<string, Point> {
  const laid = missingPositions(document)
  return new Map(document.nodes.map(({ id, position }) => [id, laid.get(id) ?? position ?? { x: 0, y: 0 }]))
}

/** Gives positions by a layout to the nodes that have none of their own, or one that cannot be drawn. */
export function missingPositions(document: ModelDocument): Map<string, Point> {
  const unplaced = document.nodes.filter(({ position }) => !position || !isDrawable(position))
  if (unplaced.length === 0) return new Map()
  const positions = laidOut(document)
  return new Map(unplaced.map(({ id }) => [id, positions.get(id) ?? { x: 0, y: 0 }]))
}

/** Gives the nearest position that can be drawn. */
export function drawablePosition({ x, y }: Point): Point {
  const within = (value: number) => Math.max(-MAX_COORDINATE, Math.min(MAX_COORDINATE, value))
  return { x: within(x), y: within(y) }
}

const isDrawable = ({ x, y }: Point): boolean => Math.max(Math.abs(x), Math.abs(y)) <= MAX_COORDINATE

/**
 * Lays all nodes out. A group is laid out by itself and takes the room of its frame, and the nodes of a collapsed group
 * keep their distances. Many tables that feed the same nodes stand in columns.
 */
export function laidOut(document: ModelDocument): Map<string, Point> {
  const byId = nodesById(document)
  const ids = [...byId.keys()]
  const edges = edgesOf(byId)
  const blocks = new Map<string, Block>()
  const blockOf = new Map<string, string>()
  const add = (key: string, nodes: readonly string[], block: Block) => {
    blocks.set(key, block)
    for (const id of nodes) blockOf.set(id, key)
  }
  for (const group of groupsOf(document))
    add(groupKey(group), group.nodes, withinGroup(group, document, edges))
  for (const [targets, nodes] of alike(ids, edges, blockOf))
    if (nodes.length > COLUMN) add(` ${targets}`, nodes, block(inColumns(nodes), 0, 0))

  const as = (id: string) => blockOf.get(id) ?? id
  const between = edges.map(({ source, target }) => ({ source: as(source), target: as(target) }))
  const sizes = new Map([...blocks].map(([key, { size }]) => [key, size]))
  const { positions } = layOut([...new Set(ids.map(as))], distinct(between), 'right', sizes)
  return new Map(
    ids.map((id) => {
      const { x, y } = positions.get(as(id)) ?? { x: 0, y: 0 }
      const offset = blocks.get(as(id))?.positions.get(id) ?? { x: 0, y: 0 }
      return [id, { x: x + offset.x, y: y + offset.y }]
    }),
  )
}

/** Nodes that are laid out as one box. Their positions are relative to its top left corner. */
interface Block {
  positions: Map<string, Point>
  size: Size
}

function block(laid: ReadonlyMap<string, Point>, padding: number, head: number): Block {
  const positions = shifted(laid, { x: padding, y: padding + head })
  const width = maximumOf([...positions.values()].map(({ x }) => x)) + NODE_WIDTH + padding
  const height = maximumOf([...positions.values()].map(({ y }) => y)) + NODE_HEIGHT + padding
  return { positions, size: { width, height } }
}

/** Groups the nodes outside of blocks that read nothing by the nodes that read them. */
function alike(
  ids: readonly string[],
  edges: readonly Edge[],
  blockOf: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const readers = Map.groupBy(edges, ({ source }) => source)
  const reading = new Set(edges.map(({ target }) => target))
  const free = ids.filter((id) => !reading.has(id) && !blockOf.has(id))
  return Map.groupBy(free, (id) => (readers.get(id) ?? []).map(({ target }) => target).join(' '))
}

function edgesOf(byId: ReadonlyMap<string, ModelNode>): Edge[] {
  return [...byId.values()].flatMap((node) =>
    sourcesOf(node).flatMap((source) => (byId.has(source) ? [{ source, target: node.id }] : [])),
  )
}

const distinct = (edges: readonly Edge[]): Edge[] => [
  ...new Map(
    edges
      .filter(({ source, target }) => source !== target)
      .map((edge) => [`${edge.source} ${edge.target}`, edge]),
  ).values(),
]

function withinGroup(
  { nodes, collapsed }: NodeGroup,
  document: ModelDocument,
  edges: readonly Edge[],
): Block {
  const members = new Set(nodes)
  if (collapsed) {
    const own = document.nodes.flatMap(({ id, position }) =>
      members.has(id) && position && isDrawable(position) ? [[id, position] as const] : [],
    )
    return {
      positions: shifted(new Map(own), { x: 0, y: 0 }),
      size: { width: NODE_WIDTH, height: NODE_HEIGHT },
    }
  }
  const inside = edges.filter(({ source, target }) => members.has(source) && members.has(target))
  const laid = inside.length > 0 ? layOut(nodes, distinct(inside), 'right').positions : inColumns(nodes)
  return block(laid, FRAME_PADDING, FRAME_HEAD)
}

/** Puts nodes without edges between them into columns, about as high as wide if there are many. */
function inColumns(ids: readonly string[]): Map<string, Point> {
  const [width, height] = [NODE_WIDTH + GAP.x, NODE_HEIGHT + GAP.y]
  const most = Math.max(COLUMN, Math.sqrt((ids.length * width) / height))
  const rows = Math.ceil(ids.length / Math.ceil(ids.length / most))
  return new Map(
    ids.map((id, index) => [id, { x: Math.floor(index / rows) * width, y: (index % rows) * height }]),
  )
}

/** Shifts the positions so that the top left corner of all of them is at `to`. */
function shifted(positions: ReadonlyMap<string, Point>, to: Point): Map<string, Point> {
  const corner = cornerOf([...positions.values()])
  return new Map(
    [...positions].map(([id, { x, y }]) => [id, { x: x - corner.x + to.x, y: y - corner.y + to.y }]),
  )
}

/** Gives the top left corner of the positions that are known. */
export function cornerOf(positions: (Point | undefined)[]): Point {
  const known = positions.filter((position) => position !== undefined)
  return known.length === 0
    ? { x: 0, y: 0 }
    : { x: minimumOf(known.map(({ x }) => x)), y: minimumOf(known.map(({ y }) => y)) }
}

/** Rounds a position to the canvas's grid. */
export const onGrid = ({ x, y }: Point): Point => ({
  x: Math.round(x / GRID) * GRID,
  y: Math.round(y / GRID) * GRID,
})
