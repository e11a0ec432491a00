/** A document as the elements of an editable canvas: every node by itself, at its own place. */
import type { Edge, Node } from '@vue-flow/core'
import type { ModelCheck } from '../../../../main/model/check.ts'
import type { BoundColumns, ModelDocument } from '../../../../main/model/document.ts'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { nodesById, sourcesOf } from '../../../../main/model/graph.ts'
import { drawModel, spokenNode, type DrawnNode } from '../drawing/drawing.ts'
import { nodeTimeText } from '../step-time/time-text.ts'
import type { NodeTimes } from '../step-time/use-step-time.ts'
import { layOut, NODE_HEIGHT, NODE_WIDTH } from '../drawing/layout.ts'

/** Where every node is seen: its own place, or where a layout puts it. */
export function seenPlaces(document: ModelDocument): Map<string, Place> {
  const laid = missingPlaces(document)
  return new Map(document.nodes.map(({ id, position }) => [id, position ?? laid.get(id) ?? { x: 0, y: 0 }]))
}

/** Where a layout puts the nodes that have no place of their own. */
export function missingPlaces(document: ModelDocument): Map<string, Place> {
  const unplaced = document.nodes.filter((node) => !node.position)
  if (unplaced.length === 0) return new Map()
  const { places } = laidOut(document)
  return new Map(unplaced.map(({ id }) => [id, places.get(id) ?? { x: 0, y: 0 }]))
}

/** Every node at the place a layout gives it. */
export function laidOut(document: ModelDocument): { places: Map<string, Place> } {
  const byId = nodesById(document)
  const links = [...byId.values()].flatMap((node) =>
    [...new Set(sourcesOf(node))]
      .filter((source) => byId.has(source))
      .map((source) => ({ source, target: node.id })),
  )
  return layOut([...byId.keys()], links, 'right')
}

export interface CanvasNodeData extends DrawnNode {
  hasInput: boolean
  hasOutput: boolean
}

export function canvasNodes(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  times: NodeTimes | null,
): { nodes: Node<CanvasNodeData>[]; edges: Edge[] } {
  const drawing = drawModel(document, check, columns, Infinity)
  const byId = nodesById(document)
  const places = seenPlaces(document)
  const nodes = drawing.nodes.map((drawn): Node<CanvasNodeData> => {
    return {
      id: drawn.id,
      type: 'model',
      position: { x: 0, y: 0, ...places.get(drawn.id) },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      style: { width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` },
      ariaLabel: spokenNode(drawn),
      data: {
        ...drawn,
        ...(times && { time: nodeTimeText(drawn.members, times) }),
        hasInput: drawn.kind !== 'denseInput' && drawn.kind !== 'embedding',
        hasOutput: drawn.kind !== 'loss',
      },
    }
  })
  const told = new Set<string>()
  const edges = drawing.edges.map(({ id, source, target, shape }): Edge => {
    const first = !told.has(source)
    told.add(source)
    return {
      ...{ id, source, target, label: first ? shape : '' },
      ariaLabel: `From ${byId.get(source)?.label ?? source} to ${byId.get(target)?.label ?? target}, ${shape}`,
    }
  })
  return { nodes, edges }
}
