/** Drags nodes, those of a group with its frame or its box, and reports where they end. */
import type { Node, NodeDragEvent, VueFlowStore } from '@vue-flow/core'
import type { Ref } from 'vue'
import type { ModelDocument, NodeGroup } from '../../../../main/model/document.ts'
import type { Point } from '../../../../main/model/point.ts'
import type { CanvasData, FrameData } from './canvas-elements.ts'
import { shownPositions } from './canvas-layout.ts'

interface CanvasDraggingNeed {
  flow: VueFlowStore
  /** By their keys on the canvas. */
  groups: Readonly<Ref<ReadonlyMap<string, NodeGroup>>>
  document: () => ModelDocument
  /** Gives everything on the canvas, at the positions from which it is dragged. */
  drawn: () => readonly Node<CanvasData>[]
  move: (positions: Map<string, Point>) => void
}

export function useCanvasDragging({ flow, groups, document, drawn, move }: CanvasDraggingNeed): void {
  /** The nodes of frames that are being dragged, each with its offset from its frame. */
  let carried: { frame: string; member: string; offset: Point }[] = []
  flow.onNodeDragStart(({ nodes }: NodeDragEvent) => {
    const dragged = new Set(nodes.map(({ id }) => id))
    carried = nodes
      .filter(({ type }) => type === 'frame')
      .flatMap(({ id, position, data }) =>
        (data as FrameData).group.nodes.flatMap((member) => {
          const node = dragged.has(member) ? undefined : flow.findNode(member)
          if (!node) return []
          const offset = { x: node.position.x - position.x, y: node.position.y - position.y }
          return [{ frame: id, member, offset }]
        }),
      )
  })
  flow.onNodeDrag(({ nodes }: NodeDragEvent) => {
    const frames = new Map(nodes.map(({ id, position }) => [id, position]))
    for (const { frame, member, offset } of carried) {
      const origin = frames.get(frame)
      if (origin) flow.updateNode(member, { position: { x: origin.x + offset.x, y: origin.y + offset.y } })
    }
  })
  flow.onNodeDragStop(({ nodes }: NodeDragEvent) => {
    const before = new Map(drawn().map(({ id, position }) => [id, position]))
    const shown = shownPositions(document())
    const positions = new Map<string, Point>()
    // A group has no position of its own: its nodes are moved.
    for (const { id, position } of nodes) {
      const was = before.get(id) ?? position
      for (const member of groups.value.get(id)?.nodes ?? []) {
        const start = shown.get(member) ?? { x: 0, y: 0 }
        positions.set(member, { x: start.x + position.x - was.x, y: start.y + position.y - was.y })
      }
    }
    for (const { id, position } of nodes)
      if (!groups.value.has(id)) positions.set(id, { x: position.x, y: position.y })
    carried = []
    move(positions)
  })
}
