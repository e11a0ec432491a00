/** Computes views of the canvas: what fits beside the panels, what can be read, and how a node comes into view. */

export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The point (px, py) of the model is on the screen at (px · zoom + x, py · zoom + y). */
export interface Viewport {
  x: number
  y: number
  zoom: number
}

/** The distance between the model and the borders of the free area, in pixels of the screen. */
const MARGIN = 28
const MAX_FITTING_ZOOM = 1.1
export const MIN_ZOOM = 0.05
/** Below this zoom not even the titles of boxes, which grow as the zoom shrinks, can be read. */
export const READABLE_ZOOM = 0.33
/** A model that is larger than the window opens at this zoom. */
const READING_ZOOM = 0.7

/** Gives the view with all of `bounds` in the middle of `free`. */
export function fitting(bounds: Area, free: Area): Viewport {
  const zoom = zoomFor(bounds, free)
  return {
    x: free.x + free.width / 2 - (bounds.x + bounds.width / 2) * zoom,
    y: free.y + free.height / 2 - (bounds.y + bounds.height / 2) * zoom,
    zoom,
  }
}

/**
 * Gives the view with all of `bounds` if it can be read, and otherwise of its right side, where a model ends, with `end`
 * at half the height.
 */
export function opening(bounds: Area, free: Area, end: Area): Viewport {
  if (zoomFor(bounds, free) >= READABLE_ZOOM) return fitting(bounds, free)
  const zoom = READING_ZOOM
  return {
    x: free.x + free.width - MARGIN - (bounds.x + bounds.width) * zoom,
    y: free.y + free.height / 2 - (end.y + end.height / 2) * zoom,
    zoom,
  }
}

/** Moves the viewport as little as it takes to show `box` in `free`. Returns the same one if it is shown already. */
export function revealing(viewport: Viewport, box: Area, free: Area): Viewport {
  const { zoom } = viewport
  const x = shift(box.x * zoom + viewport.x, box.width * zoom, free.x, free.width)
  const y = shift(box.y * zoom + viewport.y, box.height * zoom, free.y, free.height)
  return x === 0 && y === 0 ? viewport : { x: viewport.x + x, y: viewport.y + y, zoom }
}

/** Gives how far a range has to move to lie within another. The longer range shows its beginning. */
function shift(start: number, length: number, freeStart: number, freeLength: number): number {
  const margin = Math.max(0, Math.min(MARGIN, (freeLength - length) / 2))
  const [first, last] = [freeStart + margin, freeStart + freeLength - margin - length]
  if (start > last) return Math.max(last, first) - start
  return start < first ? first - start : 0
}

function zoomFor(bounds: Area, free: Area): number {
  const room = (length: number) => Math.max(1, length - 2 * MARGIN)
  const most = Math.min(room(free.width) / bounds.width, room(free.height) / bounds.height)
  return Math.max(MIN_ZOOM, Math.min(MAX_FITTING_ZOOM, most))
}

/** Less room than this beside the panels counts as none. */
const MIN_FREE = 240

/** Gives what panels leave of `whole`. Each of them lies at one side of it. */
export function freeArea(whole: Area, panels: readonly { side: string; box: Area }[]): Area {
  let { x: left, y: top } = whole
  let [right, bottom] = [whole.x + whole.width, whole.y + whole.height]
  for (const { side, box } of panels) {
    if (side === 'left') left = Math.max(left, box.x + box.width)
    if (side === 'right') right = Math.min(right, box.x)
    if (side === 'top') top = Math.max(top, box.y + box.height)
    if (side === 'bottom') bottom = Math.min(bottom, box.y)
  }
  for (const { side, box } of panels) {
    if (side !== 'corner' || !overlaps(box, { x: left, y: top, width: right - left, height: bottom - top }))
      continue
    // A panel in the lower left corner can be avoided in two ways, of which one leaves more room.
    const [beside, above] = [right - box.x - box.width, box.y - top]
    if (beside * (bottom - top) > above * (right - left)) left = box.x + box.width
    else bottom = box.y
  }
  // Panels that leave next to nothing are ignored, because something has to be shown.
  const free = { x: left, y: top, width: right - left, height: bottom - top }
  return free.width < MIN_FREE || free.height < MIN_FREE / 2 ? whole : free
}

export function overlaps(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

export function boundsOf(areas: readonly Area[]): Area | null {
  if (areas.length === 0) return null
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of areas) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
