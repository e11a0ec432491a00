/** The keyboard focus on a node of the canvas, which may not be drawn yet. */
import type { ShallowRef } from 'vue'

/** How long a new node is waited for. */
const FRAMES = 20

interface NodeFocusNeed {
  host: Readonly<ShallowRef<HTMLElement | null>>
  /** The key of what a node is drawn as. */
  drawnAs: (id: string) => string
  /** Has what is out of sight drawn. */
  reveal: (key: string) => Promise<void>
}

export function useNodeFocus({ host, drawnAs, reveal }: NodeFocusNeed) {
  /** Gives up at the next key or click: the focus is then where the user wants it. */
  return async function focusNode(id: string): Promise<void> {
    const over = new AbortController()
    for (const type of ['keydown', 'pointerdown'])
      window.addEventListener(type, () => over.abort(), { capture: true, signal: over.signal })
    await reveal(drawnAs(id))
    // The canvas draws a new node, and lets it be seen once it is measured, some frames after it is told of it.
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
