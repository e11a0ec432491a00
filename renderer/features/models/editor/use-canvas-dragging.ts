/** Nodes that are dragged, those of a group with its frame or its box; where they end is told. */
import type { Node, NodeDragEvent, VueFlowStore } from '@vue-flow/core'
import type { Ref } from 'vue'
import type { ModelDocument, NodeGroup } from '../../../../main/model/document.ts'
import type { Place } from '../../../../main/model/editing/edits.ts'
import type { CanvasData, FrameData } from './canvas-elements.ts'
import { seenPlaces } from './canvas-places.ts'

interface CanvasDraggingNeed {
  flow: VueFlowStore
  /** By the keys that they have on the canvas. */
  groups: Readonly<Ref<ReadonlyMap<string, NodeGroup>>>
  document: () => ModelDocument
  /** Everything on the canvas, at the places from which it is dragged. */
  drawn: () => readonly Node<CanvasData>[]
  move: (places: Map<string, Place>) => void
}

export function useCanvasDragging({ flow, groups, document, drawn, move }: CanvasDraggingNeed): void {
  /** Nodes of frames that are being dragged, by how far they lie from their frame. */
  let carried: { frame: string; member: string; offset: Place }[] = []
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
      const place = frames.get(frame)
      if (place) flow.updateNode(member, { position: { x: place.x + offset.x, y: place.y + offset.y } })
    }
  })
  flow.onNodeDragStop(({ nodes }: NodeDragEvent) => {
    const before = new Map(drawn().map(({ id, position }) => [id, position]))
    const seen = seenPlaces(document())
    const places = new Map<string, Place>()
    // A group's place is that of its nodes.
    for (const { id, position } of nodes) {
      const was = before.get(id) ?? position
      for (const member of groups.value.get(id)?.nodes ?? []) {
        const place = seen.get(member) ?? { x: 0, y: 0 }
        places.set(member, { x: place.x + position.x - was.x, y: place.y + position.y - was.y })
      }
    }
    for (const { id, position } of nodes)
      if (!groups.value.has(id)) places.set(id, { x: position.x, y: position.y })
    carried = []
    move(places)
  })
}
