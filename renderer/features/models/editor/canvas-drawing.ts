/** Decides what the canvas and its pictures show of a document: boxes, edges, frames around groups, and comments. */
import { getBezierPath, Position } from '@vue-flow/core'
import type { ModelCheck } from '../../../../main/model/check.ts'
import type {
  BoundColumns,
  CanvasComment,
  ModelDocument,
  NodeGroup,
} from '../../../../main/model/document.ts'
import type { Point } from '../../../../main/model/point.ts'
import { counted } from '../shared/drawing/describe-node.ts'
import { drawModel, type DrawnEdge, type DrawnNode } from '../shared/drawing/drawing.ts'
import { shapePosition } from '../shared/drawing/edge-path.ts'
import { entryOf, exitOf, NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import { collapsedInto, groupKey, groupsOf } from './canvas-groups.ts'
import { cornerOf, drawablePosition, FRAME_HEAD, FRAME_PADDING, shownPositions } from './canvas-layout.ts'
import { maximumOf } from '../../../../main/model/extremes.ts'

export interface Frame {
  group: NodeGroup
  x: number
  y: number
  width: number
  height: number
}

export interface CanvasDrawing {
  /** Nodes, and collapsed groups by their keys. */
  nodes: DrawnNode[]
  edges: DrawnEdge[]
  /** The top left corners, by the ids of `nodes`. */
  positions: Map<string, Point>
  frames: Frame[]
  comments: CanvasComment[]
}

export function drawCanvas(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
): CanvasDrawing {
  const single = drawModel(document, check, columns, Infinity)
  const shown = shownPositions(document)
  const drawnAs = collapsedInto(document)
  const groups = groupsOf(document)
  const { nodes, edges } = drawnAs.size === 0 ? single : collapse(single, groups, drawnAs)
  const positions = new Map(
    nodes.map(({ id, members }) => [id, cornerOf(members.map((member) => shown.get(member)))]),
  )
  const frames = groups.filter(({ collapsed }) => !collapsed).map((group) => frameOf(group, shown))
  const comments = (document.comments ?? []).map((comment) => ({
    ...comment,
    position: drawablePosition(comment.position),
  }))
  return { nodes, edges, positions, frames, comments }
}

/**
 * Draws an edge from the output of a box to the input of another, whose top left corners are given: as an SVG path, with
 * the point where its shape label begins.
 */
export function edgeBetween(from: Point, to: Point): { path: string; label: Point } {
  const [exit, entry] = [exitOf(from, 'right'), entryOf(to, 'right')]
  const [path] = getBezierPath({
    sourceX: exit.x,
    sourceY: exit.y,
    sourcePosition: Position.Right,
    targetX: entry.x,
    targetY: entry.y,
    targetPosition: Position.Left,
  })
  return { path, label: shapePosition(exit, entry, 'right') }
}

function frameOf(group: NodeGroup, shown: ReadonlyMap<string, Point>): Frame {
  const positions = group.nodes.flatMap((id) => shown.get(id) ?? [])
  const { x, y } = cornerOf(positions)
  const right = maximumOf(positions.map((position) => position.x)) + NODE_WIDTH
  const bottom = maximumOf(positions.map((position) => position.y)) + NODE_HEIGHT
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
  const merged = Map.groupBy(
    drawing.edges,
    ({ source, target }) => `${drawnAs.get(source) ?? source} ${drawnAs.get(target) ?? target}`,
  )
  const edges = [...merged].flatMap(([id, [first, ...others]]) => {
    const source = drawnAs.get(first!.source) ?? first!.source
    const target = drawnAs.get(first!.target) ?? first!.target
    if (source === target) return []
    const { shape } = first!
    const alike = others.every((other) => other.shape === shape)
    const count = others.length + 1
    const label = count === 1 ? shape : alike && shape !== '' ? `${count} × ${shape}` : counted(count, 'line')
    return [{ id, source, target, shape: label }]
  })
  return { nodes, edges }
}

function oneBox(id: string, title: string, drawn: readonly DrawnNode[]): DrawnNode {
  const total = (of: 'parameters' | 'bytes') =>
    drawn.reduce<number | null>((sum, node) => (sum === null || node[of] === null ? null : sum + node[of]), 0)
  const problems = drawn.map(({ problem }) => problem)
  return {
    id,
    title,
    kind: drawn[0]!.kind,
    kindName: 'Group',
    detail: counted(drawn.length, 'node'),
    members: drawn.flatMap(({ members }) => members),
    parameters: total('parameters'),
    bytes: total('bytes'),
    problem: problems.includes('error') ? 'error' : problems.includes('warning') ? 'warning' : null,
  }
}
