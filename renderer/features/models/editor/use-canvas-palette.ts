/** Opens the palette on the canvas itself, where an edge ended outside of every node or for a double click. */
import type { VueFlowStore } from '@vue-flow/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { NodeKind } from '../../../../main/model/document.ts'
import type { Point } from '../../../../main/model/point.ts'
import { NODE_HEIGHT } from '../shared/drawing/layout.ts'

/** The click that ends the drawing of an edge follows within this time. */
const CLICK_MS = 100
/** The room that the palette needs, with its margin. */
const WIDTH = 310
const HEIGHT = 350
const MARGIN = 8

interface CanvasPaletteNeed {
  flow: VueFlowStore
  host: Readonly<ShallowRef<HTMLElement | null>>
  /** `from` is the node whose output the new one is to read. */
  add: (kind: NodeKind, position: Point, from: string | null) => void
}

export function useCanvasPalette({ flow, host, add }: CanvasPaletteNeed) {
  /** `x` and `y` are in pixels of the canvas's box. */
  const menu = shallowRef<{ x: number; y: number; position: Point; from: string | null } | null>(null)
  let openedAt = -Infinity

  /** Gives the position of a node whose left side has its middle at a point of the window. */
  function nodePositionAt(x: number, y: number): Point {
    const point = flow.screenToFlowCoordinate({ x, y })
    return { x: point.x, y: point.y - NODE_HEIGHT / 2 }
  }

  function openAt(x: number, y: number, position: Point, from: string | null): void {
    const box = host.value?.getBoundingClientRect()
    if (!box) return
    openedAt = performance.now()
    menu.value = {
      x: Math.max(MARGIN, Math.min(x - box.left, box.width - WIDTH)),
      y: Math.max(MARGIN, Math.min(y - box.top, box.height - HEIGHT)),
      position,
      from,
    }
  }

  function openAtPointer({ clientX, clientY }: MouseEvent, from: string | null): void {
    openAt(clientX, clientY, nodePositionAt(clientX, clientY), from)
  }

  /** Opens at a position of the model, for a node that goes there. */
  function openAtPosition(position: Point): void {
    const { x, y, zoom } = flow.viewport.value
    const box = host.value?.getBoundingClientRect()
    if (box) openAt(box.x + position.x * zoom + x, box.y + position.y * zoom + y, position, null)
  }

  const close = () => void (menu.value = null)
  /** Says whether a click is the one that ended the drawing of an edge. */
  const justOpened = () => performance.now() - openedAt < CLICK_MS

  function choose(kind: NodeKind): void {
    if (!menu.value) return
    const { position, from } = menu.value
    close()
    add(kind, position, from)
  }

  return { menu, nodePositionAt, openAtPointer, openAtPosition, close, justOpened, choose }
}
