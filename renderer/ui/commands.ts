/** Collects the commands that components offer. The command palette lists them while these components are mounted. */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'

export interface Command {
  /** The id is the same the next time, because recent commands are remembered by it. */
  id: string
  name: string
  /** The kind of command, in a word. */
  kind: string
  /** The shortcut that does the same, such as 'Ctrl+N'. */
  keys?: string
  /** A few words that are shown beside the name. */
  note?: string
  /** Further words by which it is found. */
  words?: string
  run: () => unknown
  /** Whether it cannot be undone. Menus show it in red. */
  danger?: boolean
  /** Whether it cannot be done now. Menus show it in grey, and the palette leaves it out. */
  disabled?: boolean
}

type Offer = () => readonly Command[]

const offers = shallowReactive(new Set<Offer>())

/** Offers commands while the calling component is mounted. They are asked for anew at each search. */
export function offerCommands(offer: Offer): void {
  onMounted(() => offers.add(offer))
  onBeforeUnmount(() => offers.delete(offer))
}

/** Gives the commands of everything on screen. */
export function offeredCommands(): Command[] {
  return [...offers].flatMap((offer) => offer())
}
