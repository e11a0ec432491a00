/** Turns a document into the elements of an editable canvas. */
import type { Node } from '@vue-flow/core'
import { markRaw } from 'vue'
import type { ModelCheck } from '../../../../main/model/check.ts'
import type {
  BoundColumns,
  CanvasComment,
  ModelDocument,
  NodeGroup,
} from '../../../../main/model/document.ts'
import { nodeDefinition } from '../../../../main/model/kinds/index.ts'
import { spokenNode, type DrawnNode } from '../shared/drawing/drawing.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import { boxTexts, type BoxTexts } from '../shared/drawing/box-text.ts'
import { drawCanvas, type Frame } from './canvas-drawing.ts'
import { commentKey, groupKey } from './canvas-groups.ts'

export interface CanvasNodeData extends DrawnNode {
  hasInput: boolean
  hasOutput: boolean
}

export interface FrameData {
  group: NodeGroup
  width: number
  height: number
}

export interface CanvasEdgeData {
  id: string
  source: string
  target: string
  /** Only the first edge of each source has it; it is '' for the others. */
  shape: string
  ariaLabel: string
}

export type CanvasData = CanvasNodeData | FrameData | CanvasComment

/** Vue Flow knows its size before it draws the box, because a canvas of a thousand nodes draws only those in view. */
type SizedNode = Node<CanvasData> & { dimensions: { width: number; height: number } }

export function canvasNodes(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  boxes: BoxTexts,
): { nodes: Node<CanvasData>[]; edges: CanvasEdgeData[] } {
  const drawing = drawCanvas(document, check, columns)
  const textOf = boxTexts(check, boxes)
  const nodes = drawing.nodes.map((drawn): SizedNode => {
    const isGroup = drawn.kindName !== undefined
    return {
      id: drawn.id,
      type: 'model',
      position: { x: 0, y: 0, ...drawing.positions.get(drawn.id) },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      dimensions: { width: NODE_WIDTH, height: NODE_HEIGHT },
      style: { width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` },
      ariaLabel: spokenNode(drawn),
      // Vue need not observe it, because it is replaced as a whole and never changed.
      data: markRaw({
        ...drawn,
        size: textOf(drawn.members),
        hasInput: isGroup || nodeDefinition(drawn).ports.length > 0,
        hasOutput: isGroup || !nodeDefinition(drawn).endsModel,
      }),
    }
  })
  const titles = new Map(drawing.nodes.map(({ id, title }) => [id, title]))
  const labelled = new Set<string>()
  const edges = drawing.edges.map(({ id, source, target, shape }): CanvasEdgeData => {
    const first = !labelled.has(source)
    labelled.add(source)
    return {
      id,
      source,
      target,
      shape: first ? shape : '',
      ariaLabel: `From ${titles.get(source) ?? source} to ${titles.get(target) ?? target}, ${shape}`,
    }
  })
  return { nodes: [...drawing.frames.map(frameNode), ...nodes, ...drawing.comments.map(commentNode)], edges }
}

/** Puts frames behind everything else, even while they are chosen. */
const BEHIND = -2000

function frameNode({ group, x, y, width, height }: Frame): SizedNode {
  return {
    id: groupKey(group),
    type: 'frame',
    position: { x, y },
    zIndex: BEHIND,
    dragHandle: '.frame-name',
    dimensions: { width, height },
    ariaLabel: `Group ${group.name}, ${group.nodes.length} nodes`,
    data: { group, width, height },
  }
}

function commentNode(comment: CanvasComment): Node<CanvasData> {
  return {
    id: commentKey(comment.id),
    type: 'comment',
    position: comment.position,
    ariaLabel: `Comment: ${comment.text}`,
    data: comment,
  }
}
