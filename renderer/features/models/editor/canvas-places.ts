/** Where the nodes of a document are: at their own places, or where a layout puts them. */
import type { ModelDocument, ModelNode, NodeGroup } from '../../../../main/model/document.ts'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { nodesById, sourcesOf } from '../../../../main/model/graph.ts'
import { layOut, NODE_HEIGHT, NODE_WIDTH, type Size } from '../shared/drawing/layout.ts'
import type { Link } from '../shared/drawing/ranks.ts'
import { groupKey, groupsOf } from './canvas-groups.ts'
import { maximumOf, minimumOf } from '../../../../main/model/extremes.ts'

/** Room of a frame around its nodes, and of its name above them. */
export const FRAME_PADDING = 20
export const FRAME_HEAD = 20

/** So many nodes stand in one column. */
const COLUMN = 12
const GAP: Place = { x: 60, y: 20 }

/** Nothing can be drawn at numbers much larger: their sums and differences are not exact, or infinite. */
const FARTHEST = 1e7

/** Where every node is: its own place, or where a layout puts it. */
export function seenPlaces(document: ModelDocument): Map<string, Place> {
  const laid = missingPlaces(document)
  return new Map(document.nodes.map(({ id, position }) => [id, laid.get(id) ?? position ?? { x: 0, y: 0 }]))
}

/** Where a layout puts the nodes that have no place of their own, or one that cannot be drawn. */
export function missingPlaces(document: ModelDocument): Map<string, Place> {
  const unplaced = document.nodes.filter(({ position }) => !position || !isDrawable(position))
  if (unplaced.length === 0) return new Map()
  const places = laidOut(document)
  return new Map(unplaced.map(({ id }) => [id, places.get(id) ?? { x: 0, y: 0 }]))
}

/** A place that can be drawn, as near to this one as there is. */
export function drawablePlace({ x, y }: Place): Place {
  const within = (value: number) => Math.max(-FARTHEST, Math.min(FARTHEST, value))
  return { x: within(x), y: within(y) }
}

const isDrawable = ({ x, y }: Place): boolean => Math.max(Math.abs(x), Math.abs(y)) <= FARTHEST

/**
 * Every node at the place a layout gives it. A group is laid out by itself, and takes the room of its frame; nodes of a
 * collapsed one stay as they lie to each other. Many tables that feed the same nodes stand in columns.
 */
export function laidOut(document: ModelDocument): Map<string, Place> {
  const byId = nodesById(document)
  const ids = [...byId.keys()]
  const links = linksOf(byId)
  const blocks = new Map<string, Block>()
  const blockOf = new Map<string, string>()
  const add = (key: string, nodes: readonly string[], block: Block) => {
    blocks.set(key, block)
    for (const id of nodes) blockOf.set(id, key)
  }
  for (const group of groupsOf(document))
    add(groupKey(group), group.nodes, withinGroup(group, document, links))
  for (const [targets, nodes] of alike(ids, links, blockOf))
    if (nodes.length > COLUMN) add(` ${targets}`, nodes, block(inColumns(nodes), 0, 0))

  const as = (id: string) => blockOf.get(id) ?? id
  const between = links.map(({ source, target }) => ({ source: as(source), target: as(target) }))
  const sizes = new Map([...blocks].map(([key, { size }]) => [key, size]))
  const { places } = layOut([...new Set(ids.map(as))], distinct(between), 'right', sizes)
  return new Map(
    ids.map((id) => {
      const { x, y } = places.get(as(id)) ?? { x: 0, y: 0 }
      const offset = blocks.get(as(id))?.places.get(id) ?? { x: 0, y: 0 }
      return [id, { x: x + offset.x, y: y + offset.y }]
    }),
  )
}

/** Nodes that are laid out as one: their places of the top left corner of the room they take. */
interface Block {
  places: Map<string, Place>
  size: Size
}

function block(laid: ReadonlyMap<string, Place>, padding: number, head: number): Block {
  const places = shifted(laid, { x: padding, y: padding + head })
  const width = maximumOf([...places.values()].map(({ x }) => x)) + NODE_WIDTH + padding
  const height = maximumOf([...places.values()].map(({ y }) => y)) + NODE_HEIGHT + padding
  return { places, size: { width, height } }
}

/** Nodes outside of blocks that read nothing, by what reads them. */
function alike(
  ids: readonly string[],
  links: readonly Link[],
  blockOf: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const readers = Map.groupBy(links, ({ source }) => source)
  const reading = new Set(links.map(({ target }) => target))
  const free = ids.filter((id) => !reading.has(id) && !blockOf.has(id))
  return Map.groupBy(free, (id) => (readers.get(id) ?? []).map(({ target }) => target).join(' '))
}

function linksOf(byId: ReadonlyMap<string, ModelNode>): Link[] {
  return [...byId.values()].flatMap((node) =>
    sourcesOf(node).flatMap((source) => (byId.has(source) ? [{ source, target: node.id }] : [])),
  )
}

const distinct = (links: readonly Link[]): Link[] => [
  ...new Map(
    links
      .filter(({ source, target }) => source !== target)
      .map((link) => [`${link.source} ${link.target}`, link]),
  ).values(),
]

function withinGroup(
  { nodes, collapsed }: NodeGroup,
  document: ModelDocument,
  links: readonly Link[],
): Block {
  const members = new Set(nodes)
  if (collapsed) {
    const own = document.nodes.flatMap(({ id, position }) =>
      members.has(id) && position && isDrawable(position) ? [[id, position] as const] : [],
    )
    return { places: shifted(new Map(own), { x: 0, y: 0 }), size: { width: NODE_WIDTH, height: NODE_HEIGHT } }
  }
  const inside = links.filter(({ source, target }) => members.has(source) && members.has(target))
  const laid = inside.length > 0 ? layOut(nodes, distinct(inside), 'right').places : inColumns(nodes)
  return block(laid, FRAME_PADDING, FRAME_HEAD)
}

/** Nodes without lines between them, as high as wide where they are many. */
function inColumns(ids: readonly string[]): Map<string, Place> {
  const [width, height] = [NODE_WIDTH + GAP.x, NODE_HEIGHT + GAP.y]
  const most = Math.max(COLUMN, Math.sqrt((ids.length * width) / height))
  const rows = Math.ceil(ids.length / Math.ceil(ids.length / most))
  return new Map(ids.map((id, at) => [id, { x: Math.floor(at / rows) * width, y: (at % rows) * height }]))
}

/** With the corner of all at `to`. */
function shifted(places: ReadonlyMap<string, Place>, to: Place): Map<string, Place> {
  const corner = cornerOf([...places.values()])
  return new Map(
    [...places].map(([id, { x, y }]) => [id, { x: x - corner.x + to.x, y: y - corner.y + to.y }]),
  )
}

export function cornerOf(places: (Place | undefined)[]): Place {
  const known = places.filter((place) => place !== undefined)
  return known.length === 0
    ? { x: 0, y: 0 }
    : { x: minimumOf(known.map(({ x }) => x)), y: minimumOf(known.map(({ y }) => y)) }
}
