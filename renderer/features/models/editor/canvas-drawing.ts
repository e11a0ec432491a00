/** What the canvas and its pictures show of a document: boxes at places, frames around groups, and comments. */
import type { ModelCheck } from '../../../../main/model/check.ts'
import type {
  BoundColumns,
  CanvasComment,
  ModelDocument,
  NodeGroup,
} from '../../../../main/model/document.ts'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { nodesById, sourcesOf } from '../../../../main/model/graph.ts'
import { counted } from '../drawing/describe-node.ts'
import { drawModel, type DrawnEdge, type DrawnNode } from '../drawing/drawing.ts'
import { layOut, NODE_HEIGHT, NODE_WIDTH } from '../drawing/layout.ts'

/** Room of a frame around its nodes, and of its name above them. */
const FRAME_PADDING = 20
const FRAME_HEAD = 20

/**
 * Ids of what is no node of the model begin with a letter that no node's id has. A group's box and its frame are two
 * things to the canvas.
 */
export const groupKey = ({ id, collapsed }: Pick<NodeGroup, 'id' | 'collapsed'>): string =>
  `${collapsed ? '@' : '%'}${id}`
export const isGroupKey = (key: string): boolean => /^[@%]/.test(key)
export const commentKey = (id: string): string => `#${id}`

export interface Frame {
  group: NodeGroup
  x: number
  y: number
  width: number
  height: number
}

export interface CanvasDrawing {
  /** Nodes, and collapsed groups under their keys. */
  nodes: DrawnNode[]
  edges: DrawnEdge[]
  /** Top left corners, by the ids of `nodes`. */
  places: Map<string, Place>
  frames: Frame[]
  comments: CanvasComment[]
}

export function drawCanvas(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
): CanvasDrawing {
  const single = drawModel(document, check, columns, Infinity)
  const seen = seenPlaces(document)
  const drawnAs = collapsedInto(document)
  const groups = groupsOf(document)
  const { nodes, edges } = drawnAs.size === 0 ? single : collapse(single, groups, drawnAs)
  const places = new Map(
    nodes.map(({ id, members }) => [id, cornerOf(members.map((member) => seen.get(member)))]),
  )
  const frames = groups.filter(({ collapsed }) => !collapsed).map((group) => frameOf(group, seen))
  return { nodes, edges, places, frames, comments: document.comments ?? [] }
}

/** Groups with the nodes that are there and in no group before. */
export function groupsOf(document: ModelDocument): NodeGroup[] {
  if (!document.groups) return []
  const left = new Set(document.nodes.map(({ id }) => id))
  return document.groups.flatMap((group) => {
    const nodes = group.nodes.filter((id) => left.delete(id))
    return nodes.length > 0 ? [{ ...group, nodes }] : []
  })
}

/** The keys of collapsed groups by the ids of their nodes. */
export function collapsedInto(document: ModelDocument): Map<string, string> {
  return new Map(
    groupsOf(document).flatMap((group) =>
      group.collapsed ? group.nodes.map((node) => [node, groupKey(group)] as const) : [],
    ),
  )
}

/** Where every node is: its own place, or where a layout puts it. */
export function seenPlaces(document: ModelDocument): Map<string, Place> {
  const laid = missingPlaces(document)
  return new Map(document.nodes.map(({ id, position }) => [id, position ?? laid.get(id) ?? { x: 0, y: 0 }]))
}

/** Where a layout puts the nodes that have no place of their own. */
export function missingPlaces(document: ModelDocument): Map<string, Place> {
  const unplaced = document.nodes.filter((node) => !node.position)
  if (unplaced.length === 0) return new Map()
  const places = laidOut(document)
  return new Map(unplaced.map(({ id }) => [id, places.get(id) ?? { x: 0, y: 0 }]))
}

/** Every node at the place a layout gives it; those of a collapsed group stay as they lie to each other. */
export function laidOut(document: ModelDocument): Map<string, Place> {
  const byId = nodesById(document)
  const drawnAs = collapsedInto(document)
  const as = (id: string) => drawnAs.get(id) ?? id
  const ids = [...new Set([...byId.keys()].map(as))]
  const links = new Map<string, { source: string; target: string }>()
  for (const node of byId.values())
    for (const from of sourcesOf(node)) {
      const [source, target] = [as(from), as(node.id)]
      if (byId.has(from) && source !== target) links.set(`${source} ${target}`, { source, target })
    }
  const { places } = layOut(ids, [...links.values()], 'right')
  const members = Map.groupBy(byId.values(), ({ id }) => as(id))
  const corners = new Map(
    [...members].map(([key, nodes]) => [key, cornerOf(nodes.map(({ position }) => position))]),
  )
  return new Map(
    [...byId.values()].map(({ id, position }) => {
      const key = as(id)
      const place = places.get(key) ?? { x: 0, y: 0 }
      const corner = corners.get(key) ?? place
      if (key === id || !position) return [id, place]
      return [id, { x: place.x + position.x - corner.x, y: place.y + position.y - corner.y }]
    }),
  )
}

function cornerOf(places: (Place | undefined)[]): Place {
  const known = places.filter((place) => place !== undefined)
  return known.length === 0
    ? { x: 0, y: 0 }
    : { x: Math.min(...known.map(({ x }) => x)), y: Math.min(...known.map(({ y }) => y)) }
}

function frameOf(group: NodeGroup, seen: ReadonlyMap<string, Place>): Frame {
  const places = group.nodes.flatMap((id) => seen.get(id) ?? [])
  const { x, y } = cornerOf(places)
  const right = Math.max(...places.map((place) => place.x)) + NODE_WIDTH
  const bottom = Math.max(...places.map((place) => place.y)) + NODE_HEIGHT
  return {
    group,
    x: x - FRAME_PADDING,
    y: y - FRAME_PADDING - FRAME_HEAD,
    width: right - x + 2 * FRAME_PADDING,
    height: bottom - y + 2 * FRAME_PADDING + FRAME_HEAD,
  }
}

function collapse(
  drawing: { nodes: DrawnNode[]; edges: DrawnEdge[] },
  groups: NodeGroup[],
  drawnAs: ReadonlyMap<string, string>,
): { nodes: DrawnNode[]; edges: DrawnEdge[] } {
  const byKey = new Map(groups.map((group) => [groupKey(group), group]))
  const members = Map.groupBy(drawing.nodes, ({ id }) => drawnAs.get(id) ?? id)
  const nodes = [...members].map(([key, drawn]) => {
    const group = byKey.get(key)
    return group ? oneBox(key, group.name, drawn) : drawn[0]!
  })
  const lines = Map.groupBy(
    drawing.edges,
    ({ source, target }) => `${drawnAs.get(source) ?? source} ${drawnAs.get(target) ?? target}`,
  )
  const edges = [...lines].flatMap(([id, [first, ...others]]) => {
    const source = drawnAs.get(first!.source) ?? first!.source
    const target = drawnAs.get(first!.target) ?? first!.target
    if (source === target) return []
    const { shape } = first!
    const alike = others.every((other) => other.shape === shape)
    const count = others.length + 1
    const told = count === 1 ? shape : alike && shape !== '' ? `${count} × ${shape}` : counted(count, 'line')
    return [{ id, source, target, shape: told }]
  })
  return { nodes, edges }
}

function oneBox(id: string, title: string, drawn: readonly DrawnNode[]): DrawnNode {
  const total = (of: 'parameters' | 'bytes') =>
    drawn.reduce<number | null>((sum, node) => (sum === null || node[of] === null ? null : sum + node[of]), 0)
  const problems = drawn.map(({ problem }) => problem)
  return {
    ...{ id, title, kind: drawn[0]!.kind, kindName: 'Group' },
    detail: counted(drawn.length, 'node'),
    members: drawn.flatMap(({ members }) => members),
    ...{ parameters: total('parameters'), bytes: total('bytes') },
    problem: problems.includes('error') ? 'error' : problems.includes('warning') ? 'warning' : null,
  }
}
