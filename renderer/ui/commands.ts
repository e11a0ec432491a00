/** What can be asked for by name: the command palette lists it while what offers it is on screen. */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Command {
  /** The same the next time: recent commands are remembered by it. */
  id: string
  name: string
  /** What sort of thing it is, in a word. */
  kind: string
  /** The shortcut that does the same, as 'Ctrl+N'. */
  keys?: string
  /** A few words beside the name. */
  note?: string
  /** Further words it is found by. */
  words?: string
  run: () => unknown
  /** Cannot be undone; menus show it in red. */
  danger?: boolean
  /** Menus show what cannot be done now in grey; the palette leaves it out. */
  disabled?: boolean
}

type Offer = () => readonly Command[]

const offers = shallowReactive(new Set<Offer>())

/** Offers commands while the calling component is mounted; asked again each time they are looked for. */
export function offerCommands(offer: Offer): void {
  onMounted(() => offers.add(offer))
  onBeforeUnmount(() => offers.delete(offer))
}

/** Of everything on screen. */
export function offeredCommands(): Command[] {
  return [...offers].flatMap((offer) => offer())
}

export interface Shortcut {
  keys: string
  text: string
}

const shortcutLists = shallowReactive(new Set<readonly Shortcut[]>())

/** Names a page's own keys for the list that `?` opens, while the calling component is mounted. */
export function offerShortcuts(shortcuts: readonly Shortcut[]): void {
  onMounted(() => shortcutLists.add(shortcuts))
  onBeforeUnmount(() => shortcutLists.delete(shortcuts))
}

export function offeredShortcuts(): Shortcut[] {
  return [...shortcutLists].flat()
}

const isMac = navigator.platform.startsWith('Mac')

/** A shortcut as this system writes it. */
export function shortcutText(keys: string): string {
  return isMac ? keys.replace('Ctrl+', '⌘').replace('Shift+', '⇧') : keys
}
