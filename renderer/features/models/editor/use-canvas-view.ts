/** Controls the view of the canvas: what panels leave free of it, and how nodes come into view beside them. */
import type { Node, VueFlowStore } from '@vue-flow/core'
import { computed, nextTick, onBeforeUnmount, onMounted, watch, type Ref, type ShallowRef } from 'vue'
import type { Point } from '../../../../main/model/point.ts'
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

/** Below each of these zooms, boxes have larger letters and less text. */
const LEVELS = [0.8, 0.6, 0.48, 0.38, 0.3]
export const MAX_LEVEL = LEVELS.length
const MOVE_MS = 160
/** The events that end a press of the mouse. Dragging from the palette ends with neither. */
const ENDS = ['pointerup', 'pointercancel'] as const

interface CanvasViewNeed {
  flow: VueFlowStore
  host: Readonly<ShallowRef<HTMLElement | null>>
  nodes: Readonly<Ref<readonly Node<CanvasData>[]>>
  selected: Readonly<Ref<ReadonlySet<string>>>
}

export function useCanvasView({ flow, host, nodes, selected }: CanvasViewNeed) {
  /** Counts the zooms of LEVELS that are larger than the present one. */
  const level = computed(() => LEVELS.filter((zoom) => flow.viewport.value.zoom < zoom).length)
  const reducesMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches
  /** The selection that was brought into view when it was made. */
  let shownSelection: ReadonlySet<string> | null = null

  /** Gives an element's area in pixels of the canvas's own box. */
  function screenOf(element: Element): Area {
    const own = host.value?.getBoundingClientRect() ?? { x: 0, y: 0 }
    const { x, y, width, height } = element.getBoundingClientRect()
    return { x: x - own.x, y: y - own.y, width, height }
  }

  function wholeArea(): Area {
    return host.value ? { ...screenOf(host.value), x: 0, y: 0 } : { x: 0, y: 0, width: 1, height: 1 }
  }

  /** Finds what covers the canvas: each panel says which side it covers. */
  const covering = () =>
    [...(host.value?.parentElement?.querySelectorAll<HTMLElement>('[data-covers]') ?? [])].map((element) => ({
      side: element.dataset.covers ?? '',
      box: screenOf(element),
    }))

  const free = (): Area => freeArea(wholeArea(), covering())

  /** Gives the areas of the canvas's elements, in its own coordinates. */
  function areasOf(ids?: ReadonlySet<string>): Area[] {
    return nodes.value
      .filter(({ id }) => ids?.has(id) ?? true)
      .map(({ id, position }) => {
        const { width, height } = flow.findNode(id)?.dimensions ?? {}
        return { ...position, width: width || NODE_WIDTH, height: height || NODE_HEIGHT }
      })
  }

  /** Resolves once the view is reached. */
  async function setView(view: Viewport, smoothly = false): Promise<void> {
    await flow.setViewport(view, { duration: smoothly && !reducesMotion() ? MOVE_MS : 0 })
  }

  function fit(): void {
    const bounds = boundsOf(areasOf())
    if (bounds) void setView(fitting(bounds, free()))
  }

  /** Shows everything if that can be read, and otherwise the end of the model. */
  async function openView(): Promise<void> {
    await nextTick()
    const bounds = boundsOf(areasOf())
    const loss = nodes.value.find(({ data }) => data && 'kind' in data && data.kind === 'loss')
    const [end] = loss ? areasOf(new Set([loss.id])) : []
    if (bounds) await setView(opening(bounds, free(), end ?? bounds))
  }

  /** Says whether nothing of the model is outside of the canvas. */
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

  /** Moves the view until elements that a panel hides, or that are outside, can be seen. */
  async function reveal(ids: ReadonlySet<string>): Promise<void> {
    await nextTick()
    const bounds = boundsOf(areasOf(ids))
    if (!bounds) return
    const whole = wholeArea()
    const { x, y, zoom } = flow.viewport.value
    const seen = {
      x: bounds.x * zoom + x,
      y: bounds.y * zoom + y,
      width: bounds.width * zoom,
      height: bounds.height * zoom,
    }
    const both = boundsOf([whole, seen])
    const outside = both?.width !== whole.width || both.height !== whole.height
    if (outside || covering().some(({ box }) => overlaps(box, seen)))
      await setView(revealing({ x, y, zoom }, bounds, free()), true)
  }

  /** Fits elements that were just chosen into view, without zooming beyond 100 %. */
  async function showChosen(chosen: ReadonlySet<string>): Promise<void> {
    shownSelection = chosen
    await nextTick()
    const bounds = boundsOf(areasOf(chosen))
    if (!bounds) return
    const view = fitting(bounds, free())
    await setView(view.zoom > 1 ? centred(middleOf(bounds), 1) : view, true)
  }

  const middleOf = ({ x, y, width, height }: Area): Point => ({ x: x + width / 2, y: y + height / 2 })

  /** Gives the view with a point of the model in the middle of what panels leave free. */
  function centred(point: Point, zoom: number): Viewport {
    const { x, y } = middleOf(free())
    return { x: x - point.x * zoom, y: y - point.y * zoom, zoom }
  }

  /** Gives the point of the model that is in the middle of what panels leave free. */
  function center(): Point {
    const { x, y } = middleOf(free())
    const view = flow.viewport.value
    return { x: (x - view.x) / view.zoom, y: (y - view.y) / view.zoom }
  }

  const actualSize = (): void => void setView(centred(center(), 1))
  const centerOn = (point: Point): void => void setView(centred(point, flow.viewport.value.zoom))

  // A single chosen element comes into view beside the panel with its settings, but not while the mouse may drag it.
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
    if (chosen.size !== 1 || chosen === shownSelection) return
    if (!pressed) return void reveal(chosen)
    const once = { once: true, capture: true }
    window.addEventListener('pointerup', () => selected.value === chosen && void reveal(chosen), once)
  })

  return { level, allSeen, fit, openView, reveal, showChosen, center, actualSize, centerOn }
}
