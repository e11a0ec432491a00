/** Moves the keyboard focus to a node of the canvas, which may not be drawn yet. */
import type { ShallowRef } from 'vue'

/** A new node is waited for during this many frames. */
const FRAMES = 20

interface NodeFocusNeed {
  host: Readonly<ShallowRef<HTMLElement | null>>
  /** Gives the key of the element that a node is drawn in. */
  drawnAs: (id: string) => string
  /** Moves an element into view, so that it is drawn. */
  reveal: (key: string) => Promise<void>
}

export function useNodeFocus({ host, drawnAs, reveal }: NodeFocusNeed) {
  /** Gives up at the next key or click, because the focus is then where the user wants it. */
  return async function focusNode(id: string): Promise<void> {
    const over = new AbortController()
    for (const type of ['keydown', 'pointerdown'])
      window.addEventListener(type, () => over.abort(), { capture: true, signal: over.signal })
    await reveal(drawnAs(id))
    // The canvas draws and measures a new node some frames after it gets it.
    for (let frame = 0; frame < FRAMES; frame++) {
      await new Promise(requestAnimationFrame)
      if (over.signal.aborted) return
      const drawn = host.value?.querySelector<HTMLElement>(
        `.vue-flow__node[data-id="${CSS.escape(drawnAs(id))}"]`,
      )
      drawn?.focus({ preventScroll: true })
      if (drawn && document.activeElement === drawn) break
    }
    over.abort()
  }
}
