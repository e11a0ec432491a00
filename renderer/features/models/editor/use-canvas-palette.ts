/** The palette on the canvas itself, where a line ended in the void or a double click asked for it. */
import type { VueFlowStore } from '@vue-flow/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { NodeKind } from '../../../../main/model/document.ts'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { NODE_HEIGHT } from '../shared/drawing/layout.ts'

/** Within this time the end of a line and the click it makes follow each other. */
const CLICK_MS = 100
/** Room that the palette needs, with its margin. */
const WIDTH = 310
const HEIGHT = 350
const MARGIN = 8

interface CanvasPaletteNeed {
  flow: VueFlowStore
  host: Readonly<ShallowRef<HTMLElement | null>>
  /** `from`: the node whose output the new one is to read. */
  add: (kind: NodeKind, place: Place, from: string | null) => void
}

export function useCanvasPalette({ flow, host, add }: CanvasPaletteNeed) {
  /** In pixels of the canvas's box. */
  const menu = shallowRef<{ x: number; y: number; place: Place; from: string | null } | null>(null)
  let openedAt = -Infinity

  /** Of a node whose left edge has its middle at a point of the window. */
  function placeAt(x: number, y: number): Place {
    const place = flow.screenToFlowCoordinate({ x, y })
    return { x: place.x, y: place.y - NODE_HEIGHT / 2 }
  }

  function openAt(x: number, y: number, place: Place, from: string | null): void {
    const box = host.value?.getBoundingClientRect()
    if (!box) return
    openedAt = performance.now()
    menu.value = {
      x: Math.max(MARGIN, Math.min(x - box.left, box.width - WIDTH)),
      y: Math.max(MARGIN, Math.min(y - box.top, box.height - HEIGHT)),
      ...{ place, from },
    }
  }

  function openAtPointer({ clientX, clientY }: MouseEvent, from: string | null): void {
    openAt(clientX, clientY, placeAt(clientX, clientY), from)
  }

  /** At a point of the model, for a node that goes there. */
  function openAtPlace(place: Place): void {
    const { x, y, zoom } = flow.viewport.value
    const box = host.value?.getBoundingClientRect()
    if (box) openAt(box.x + place.x * zoom + x, box.y + place.y * zoom + y, place, null)
  }

  const close = () => void (menu.value = null)
  /** Letting go of a line is a click as well. */
  const justOpened = () => performance.now() - openedAt < CLICK_MS

  function choose(kind: NodeKind): void {
    if (!menu.value) return
    const { place, from } = menu.value
    close()
    add(kind, place, from)
  }

  return { menu, placeAt, openAtPointer, openAtPlace, close, justOpened, choose }
}
