import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { replaceFileSync } from '../../main/platform/durable-file.ts'
import { readRegularFileSync } from '../../main/platform/regular-file.ts'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

const pixels = z.int().min(-100_000).max(100_000)

const windowState = z.object({
  x: pixels,
  y: pixels,
  width: pixels.min(1),
  height: pixels.min(1),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof windowState>

/** The maximum size of the file, which has five numbers. */
const MAX_BYTES = 64 * 1024

export const MIN_SIZE = { width: 800, height: 560 }
const PREFERRED = { width: 1320, height: 860 }
/** At least this much of a window must be on a screen, so that its title bar can be reached. */
const VISIBLE_PIXELS = 120

/** The stored state, or null if there is none or it cannot be read. */
export function readWindowState(file: string): WindowState | null {
  try {
    return windowState.parse(JSON.parse(readRegularFileSync(file, MAX_BYTES).toString('utf8')))
  } catch {
    return null
  }
}

/** On a full or read-only disk the window opens elsewhere the next time, which must not prevent it from closing. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    replaceFileSync(file, JSON.stringify(state))
  } catch {
    return
  }
}

/**
 * The position at which the window opens: the stored one if it is still on a screen, otherwise centred on the first
 * screen.
 */
export function usableBounds(saved: WindowState | null, workAreas: Rectangle[]): Partial<Rectangle> {
  const area = saved && workAreas.find((candidate) => isVisibleOn(saved, candidate))
  if (!saved || !area) return fitted(PREFERRED, workAreas[0])
  return { x: saved.x, y: saved.y, ...fitted(saved, area) }
}

function isVisibleOn(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const titleBarInside = window.y >= area.y && window.y < area.y + area.height - VISIBLE_PIXELS
  return across >= VISIBLE_PIXELS && titleBarInside
}

function fitted(size: { width: number; height: number }, area: Rectangle | undefined) {
  const limit = area ?? PREFERRED
  return {
    width: Math.max(MIN_SIZE.width, Math.min(size.width, limit.width)),
    height: Math.max(MIN_SIZE.height, Math.min(size.height, limit.height)),
  }
}
