/** A document as the elements of an editable canvas. */
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

export interface CanvasLineData {
  id: string
  source: string
  target: string
  /** Told once for each source. */
  shape: string
  ariaLabel: string
}

export type CanvasData = CanvasNodeData | FrameData | CanvasComment

export function canvasNodes(
  document: ModelDocument,
  check: ModelCheck,
  columns: BoundColumns | null,
  boxes: BoxTexts,
): { nodes: Node<CanvasData>[]; lines: CanvasLineData[] } {
  const drawing = drawCanvas(document, check, columns)
  const textOf = boxTexts(check, boxes)
  const nodes = drawing.nodes.map((drawn): Node<CanvasData> => {
    const isGroup = drawn.kindName !== undefined
    return {
      id: drawn.id,
      type: 'model',
      position: { x: 0, y: 0, ...drawing.places.get(drawn.id) },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      // Known before they are drawn: a canvas of a thousand nodes draws those that are seen.
      ...{ dimensions: { width: NODE_WIDTH, height: NODE_HEIGHT } },
      style: { width: `${NODE_WIDTH}px`, height: `${NODE_HEIGHT}px` },
      ariaLabel: spokenNode(drawn),
      // It is replaced as a whole, never changed.
      data: markRaw({
        ...drawn,
        size: textOf(drawn.members),
        hasInput: isGroup || nodeDefinition(drawn).ports.length > 0,
        hasOutput: isGroup || !nodeDefinition(drawn).endsModel,
      }),
    }
  })
  const titles = new Map(drawing.nodes.map(({ id, title }) => [id, title]))
  const told = new Set<string>()
  const lines = drawing.edges.map(({ id, source, target, shape }): CanvasLineData => {
    const first = !told.has(source)
    told.add(source)
    return {
      ...{ id, source, target, shape: first ? shape : '' },
      ariaLabel: `From ${titles.get(source) ?? source} to ${titles.get(target) ?? target}, ${shape}`,
    }
  })
  return { nodes: [...drawing.frames.map(frameNode), ...nodes, ...drawing.comments.map(commentNode)], lines }
}

/** Behind everything, chosen or not. */
const BEHIND = -2000

function frameNode({ group, x, y, width, height }: Frame): Node<CanvasData> {
  return {
    id: groupKey(group),
    type: 'frame',
    position: { x, y },
    zIndex: BEHIND,
    dragHandle: '.frame-name',
    ...{ dimensions: { width, height } },
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
