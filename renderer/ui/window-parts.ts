/** What any component may ask the window to open. The window itself has these parts, and components know no window. */
import { onBeforeUnmount, onMounted } from 'vue'

export type WindowPart = 'help' | 'shortcuts' | 'tour'

const openers = new Map<WindowPart, () => void>()

/** Opens the part while the calling component is mounted. */
export function opensPart(part: WindowPart, open: () => void): void {
  onMounted(() => openers.set(part, open))
  onBeforeUnmount(() => openers.delete(part))
}

export function openPart(part: WindowPart): void {
  openers.get(part)?.()
}
