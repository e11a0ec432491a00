/** Chooses edges, and asks for the menus of the canvas, of its nodes and of its edges where they are right-clicked. */
import type { VueFlowStore } from '@vue-flow/core'
import { ref, type Ref } from 'vue'
import type { Point } from '../../../../main/model/point.ts'
import type { MenuTarget } from './canvas-menu.ts'

interface CanvasMenusNeed {
  flow: VueFlowStore
  selected: Ref<ReadonlySet<string>>
  edges: Readonly<Ref<readonly { id: string; source: string; target: string }[]>>
  /** Gives the position of a node at a point of the window. */
  positionAt: (x: number, y: number) => Point
  /** Opens a menu at a point of the window. */
  open: (target: MenuTarget, at: Point) => void
}

export function useCanvasMenus({ flow, selected, edges, positionAt, open }: CanvasMenusNeed) {
  const chosenEdgeId = ref<string | null>(null)

  function chooseEdge(id: string): void {
    chosenEdgeId.value = id
    selected.value = new Set()
  }

  /** Gives the ends of the chosen edge. */
  function chosenEdge(): { source: string; target: string } | null {
    const edge = edges.value.find(({ id }) => id === chosenEdgeId.value)
    return edge ? { source: edge.source, target: edge.target } : null
  }

  function openEdgeMenu(id: string, event: MouseEvent): void {
    chooseEdge(id)
    const edge = chosenEdge()
    if (edge) open({ kind: 'edge', ...edge }, pointOf(event))
  }

  flow.onNodeContextMenu(({ event, node }) => {
    event.preventDefault()
    if (!selected.value.has(node.id)) selected.value = new Set([node.id])
    open({ kind: 'chosen' }, pointOf(event))
  })
  flow.onPaneContextMenu((event) => {
    event.preventDefault()
    const point = pointOf(event)
    open({ kind: 'canvas', position: positionAt(point.x, point.y) }, point)
  })

  return { chosenEdgeId, chosenEdge, chooseEdge, openEdgeMenu }
}

/** Gives where the menu opens: at the mouse, or at what has the focus if a key asked for it. */
function pointOf(event: Event): Point {
  const { clientX, clientY } = event as globalThis.MouseEvent
  if (clientX > 0 || clientY > 0) return { x: clientX, y: clientY }
  const box = (event.target as Element).getBoundingClientRect()
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
