/** A drawing with its places as the elements that Vue Flow shows. */
import type { Edge, Node } from '@vue-flow/core'
import { kindNames } from './describe-node.ts'
import type { DrawnNode, Drawing } from './drawing.ts'
import { layOut, linkId, NODE_HEIGHT, NODE_WIDTH, type Layout, type Point } from './layout.ts'

export interface EdgeData {
  points: Point[]
  shape: string
}

/** Gives the last layout again while nodes and links stay the same: a change of widths moves nothing. */
export function rememberingLayout(): (drawing: Drawing) => Layout {
  let key = ''
  let layout: Layout = { places: new Map(), passages: new Map() }
  return ({ nodes, edges }) => {
    const next = JSON.stringify([nodes.map(({ id }) => id), edges.map(({ id }) => id)])
    if (next !== key) {
      key = next
      layout = layOut(
        nodes.map(({ id }) => id),
        edges,
      )
    }
    return layout
  }
}

export function flowNodes(drawing: Drawing, { places }: Layout): Node<DrawnNode>[] {
  return drawing.nodes.map((node) => ({
    id: node.id,
    type: 'model',
    position: places.get(node.id) ?? { x: 0, y: 0 },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    style: { width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` },
    ariaLabel: [kindNames[node.kind], node.title, node.detail, node.problem && `has an ${node.problem}`]
      .filter(Boolean)
      .join(', '),
    data: node,
  }))
}

/** The shape is told once for each source, where its lines part. */
export function flowEdges(drawing: Drawing, { places, passages }: Layout): Edge<EdgeData>[] {
  const told = new Set<string>()
  return drawing.edges.map((edge) => {
    const from = places.get(edge.source) ?? { x: 0, y: 0 }
    const to = places.get(edge.target) ?? { x: 0, y: 0 }
    const first = !told.has(`${edge.source} ${edge.shape}`)
    told.add(`${edge.source} ${edge.shape}`)
    return {
      id: edge.id,
      type: 'model',
      source: edge.source,
      target: edge.target,
      focusable: false,
      selectable: false,
      data: {
        points: [
          { x: from.x + NODE_WIDTH, y: from.y + NODE_HEIGHT / 2 },
          ...(passages.get(linkId(edge)) ?? []),
          { x: to.x, y: to.y + NODE_HEIGHT / 2 },
        ],
        shape: first ? edge.shape : '',
      },
    }
  })
}
