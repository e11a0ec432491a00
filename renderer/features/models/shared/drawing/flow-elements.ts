/** Turns a drawing and its layout into the elements that Vue Flow shows. */
import type { Edge, Node } from '@vue-flow/core'
import type { Point } from '../../../../../main/model/point.ts'
import { spokenNode, type DrawnNode, type Drawing } from './drawing.ts'
import {
  entryOf,
  exitOf,
  layOut,
  edgeId,
  NODE_HEIGHT,
  NODE_WIDTH,
  type Direction,
  type Layout,
} from './layout.ts'

export interface EdgeData {
  points: Point[]
  shape: string
  direction: Direction
}

export interface Area {
  width: number
  height: number
}

/**
 * Lays out in the direction that shows boxes larger in the area. While nodes and edges stay the same it returns the last
 * layouts again, so that a change of widths moves nothing.
 */
export function rememberingLayout(): (drawing: Drawing, area: Area) => Layout {
  let key = ''
  let layouts: Layout[] = []
  return ({ nodes, edges }, area) => {
    const ids = nodes.map(({ id }) => id)
    const next = JSON.stringify([ids, edges.map(({ id }) => id)])
    if (next !== key) {
      key = next
      layouts = [layOut(ids, edges, 'right'), layOut(ids, edges, 'down')]
    }
    const [right, down] = layouts as [Layout, Layout]
    return scaleIn(area, down) > scaleIn(area, right) ? down : right
  }
}

function scaleIn(area: Area, layout: Layout): number {
  return Math.min(1, area.width / layout.width, area.height / layout.height)
}

export function flowNodes(drawing: Drawing, { positions }: Layout): Node<DrawnNode>[] {
  return drawing.nodes.map((node) => ({
    id: node.id,
    type: 'model',
    position: positions.get(node.id) ?? { x: 0, y: 0 },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    style: { width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` },
    ariaLabel: spokenNode(node),
    data: node,
  }))
}

/** Labels a shape once for each source, where its edges fork. */
export function flowEdges(drawing: Drawing, { positions, passages, direction }: Layout): Edge<EdgeData>[] {
  const labelled = new Set<string>()
  return drawing.edges.map((edge) => {
    const from = positions.get(edge.source) ?? { x: 0, y: 0 }
    const to = positions.get(edge.target) ?? { x: 0, y: 0 }
    const first = !labelled.has(`${edge.source} ${edge.shape}`)
    labelled.add(`${edge.source} ${edge.shape}`)
    return {
      id: edge.id,
      type: 'model',
      source: edge.source,
      target: edge.target,
      focusable: false,
      selectable: false,
      data: {
        points: [exitOf(from, direction), ...(passages.get(edgeId(edge)) ?? []), entryOf(to, direction)],
        direction,
        shape: first ? edge.shape : '',
      },
    }
  })
}
