/** How the canvas is looked at: what panels leave free of it, and how nodes come into view beside them. */
import type { Node, VueFlowStore } from '@vue-flow/core'
import { computed, nextTick, onBeforeUnmount, onMounted, watch, type Ref, type ShallowRef } from 'vue'
import type { Place } from '../../../../main/model/editing/edits.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../shared/drawing/layout.ts'
import type { CanvasData } from './canvas-elements.ts'
import {
  boundsOf,
  fitting,
  freeArea,
  opening,
  overlaps,
  revealing,
  type Area,
  type Viewport,
} from './viewport.ts'

/** Zooms under which boxes have larger letters and less text. */
const LEVELS = [0.8, 0.6, 0.48, 0.38, 0.3]
export const FARTHEST = LEVELS.length
const MOVE_MS = 160
/** How a press of the mouse ends; what is dragged out of the palette has no end of its own. */
const ENDS = ['pointerup', 'pointercancel'] as const

interface CanvasViewNeed {
  flow: VueFlowStore
  host: Readonly<ShallowRef<HTMLElement | null>>
  nodes: Readonly<Ref<readonly Node<CanvasData>[]>>
  selected: Readonly<Ref<ReadonlySet<string>>>
}

export function useCanvasView({ flow, host, nodes, selected }: CanvasViewNeed) {
  /** How many of the zooms of LEVELS are larger. */
  const level = computed(() => LEVELS.filter((zoom) => flow.viewport.value.zoom < zoom).length)
  const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches
  /** The selection that was looked at as it was made. */
  let lookedAt: ReadonlySet<string> | null = null

  /** In pixels of the canvas's own box. */
  function screenOf(element: Element): Area {
    const own = host.value?.getBoundingClientRect() ?? { x: 0, y: 0 }
    const { x, y, width, height } = element.getBoundingClientRect()
    return { x: x - own.x, y: y - own.y, width, height }
  }

  function wholeArea(): Area {
    return host.value ? { ...screenOf(host.value), x: 0, y: 0 } : { x: 0, y: 0, width: 1, height: 1 }
  }

  /** What lies over the canvas: panels say which side they cover. */
  const covering = () =>
    [...(host.value?.parentElement?.querySelectorAll<HTMLElement>('[data-covers]') ?? [])].map((element) => ({
      side: element.dataset.covers ?? '',
      box: screenOf(element),
    }))

  const free = (): Area => freeArea(wholeArea(), covering())

  /** Where elements of the canvas are, in its own coordinates. */
  function areasOf(ids?: ReadonlySet<string>): Area[] {
    return nodes.value
      .filter(({ id }) => ids?.has(id) ?? true)
      .map(({ id, position }) => {
        const { width, height } = flow.findNode(id)?.dimensions ?? {}
        return { ...position, width: width || NODE_WIDTH, height: height || NODE_HEIGHT }
      })
  }

  /** Resolves once it is seen so. */
  async function look(view: Viewport, smoothly = false): Promise<void> {
    await flow.setViewport(view, { duration: smoothly && !still() ? MOVE_MS : 0 })
  }

  function fit(): void {
    const bounds = boundsOf(areasOf())
    if (bounds) void look(fitting(bounds, free()))
  }

  /** Everything where that can be read, otherwise where the model ends. */
  async function openView(): Promise<void> {
    await nextTick()
    const bounds = boundsOf(areasOf())
    const loss = nodes.value.find(({ data }) => data && 'kind' in data && data.kind === 'loss')
    const [end] = loss ? areasOf(new Set([loss.id])) : []
    if (bounds) await look(opening(bounds, free(), end ?? bounds))
  }

  /** Whether nothing of the model is outside of the canvas. */
  const allSeen = computed(() => {
    const bounds = boundsOf(areasOf())
    const { x, y, zoom } = flow.viewport.value
    const { width, height } = flow.dimensions.value
    if (!bounds) return true
    const [left, top] = [bounds.x * zoom + x, bounds.y * zoom + y]
    return (
      left >= 0 && top >= 0 && left + bounds.width * zoom <= width && top + bounds.height * zoom <= height
    )
  })

  /** Moves the view until elements are seen that are hidden by a panel, or are outside. */
  async function reveal(ids: ReadonlySet<string>): Promise<void> {
    await nextTick()
    const bounds = boundsOf(areasOf(ids))
    if (!bounds) return
    const whole = wholeArea()
    const { x, y, zoom } = flow.viewport.value
    const seen = {
      ...{ x: bounds.x * zoom + x, y: bounds.y * zoom + y },
      ...{ width: bounds.width * zoom, height: bounds.height * zoom },
    }
    const both = boundsOf([whole, seen])
    const outside = both?.width !== whole.width || both.height !== whole.height
    if (outside || covering().some(({ box }) => overlaps(box, seen)))
      await look(revealing({ x, y, zoom }, bounds, free()), true)
  }

  /** Fits elements that were just chosen into view, none larger than it is made. */
  async function showChosen(chosen: ReadonlySet<string>): Promise<void> {
    lookedAt = chosen
    await nextTick()
    const bounds = boundsOf(areasOf(chosen))
    if (!bounds) return
    const view = fitting(bounds, free())
    await look(view.zoom > 1 ? centred(middleOf(bounds), 1) : view, true)
  }

  const middleOf = ({ x, y, width, height }: Area): Place => ({ x: x + width / 2, y: y + height / 2 })

  /** With a point of the model in the middle of what is free. */
  function centred(point: Place, zoom: number): Viewport {
    const { x, y } = middleOf(free())
    return { x: x - point.x * zoom, y: y - point.y * zoom, zoom }
  }

  /** The point of the model that is in the middle of what is free. */
  function center(): Place {
    const { x, y } = middleOf(free())
    const view = flow.viewport.value
    return { x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom }
  }

  const actualSize = (): void => void look(centred(center(), 1))
  const lookAt = (point: Place): void => void look(centred(point, flow.viewport.value.zoom))

  // What is chosen by itself is seen beside the panel that then has its settings; not while the mouse may drag it.
  let pressed = false
  const press = () => (pressed = true)
  const letGo = () => (pressed = false)
  onMounted(() => {
    window.addEventListener('pointerdown', press, true)
    for (const type of ENDS) window.addEventListener(type, letGo, true)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('pointerdown', press, true)
    for (const type of ENDS) window.removeEventListener(type, letGo, true)
  })
  watch(selected, (chosen) => {
    if (chosen.size !== 1 || chosen === lookedAt) return
    if (!pressed) return void reveal(chosen)
    const once = { once: true, capture: true }
    window.addEventListener('pointerup', () => selected.value === chosen && void reveal(chosen), once)
  })

  return { level, allSeen, fit, openView, reveal, showChosen, center, actualSize, lookAt }
}
