/**
 * The one place that handles shortcuts. A component offers definitions with their handlers while it is mounted; the list that
 * `?` opens shows what is offered, so it has exactly the keys that work.
 */
import { onBeforeUnmount, onMounted, shallowReactive } from 'vue'
import { isForField, modalOpen } from './modal-open.ts'
import {
  keySequence,
  pressedKey,
  type ShortcutDefinition,
  type ShortcutDefinitions,
} from './shortcut-keys.ts'

/** Returns false where the key means nothing now: the event then goes on as if there were no shortcut. */
export type ShortcutHandler = (event: KeyboardEvent) => unknown

export type ShortcutHandlers<Definitions extends ShortcutDefinitions> = Record<
  keyof Definitions,
  ShortcutHandler
>

interface Offer {
  /** Whether it belongs to the whole window, and not to the page on screen. */
  everywhere: boolean
  /** Whether an element handles the keys itself while it has the focus. */
  local: boolean
  shortcuts: readonly { definition: ShortcutDefinition; run: ShortcutHandler }[]
}

const offers = shallowReactive(new Set<Offer>())

function offer<Definitions extends ShortcutDefinitions>(
  definitions: Definitions,
  handlers: ShortcutHandlers<Definitions>,
  where: Pick<Offer, 'everywhere' | 'local'>,
): Offer {
  const made = {
    ...where,
    shortcuts: Object.entries(definitions).map(([name, definition]) => ({
      definition,
      run: handlers[name as keyof Definitions],
    })),
  }
  onMounted(() => offers.add(made))
  onBeforeUnmount(() => offers.delete(made))
  return made
}

/** Offers shortcuts of the page while the calling component is mounted. */
export function offerShortcuts<Definitions extends ShortcutDefinitions>(
  definitions: Definitions,
  handlers: ShortcutHandlers<Definitions>,
): void {
  offer(definitions, handlers, { everywhere: false, local: false })
}

/**
 * Offers the shortcuts of a list or another element that has the focus, and returns its listener for `keydown`. Keys pressed in
 * an element inside it are that element's, unless they are to work `within` it as well.
 */
export function offerLocalShortcuts<Definitions extends ShortcutDefinitions>(
  definitions: Definitions,
  handlers: ShortcutHandlers<Definitions>,
  within = false,
): (event: KeyboardEvent) => void {
  const { shortcuts } = offer(definitions, handlers, { everywhere: false, local: true })
  return (event) => {
    if (within ? isForField(event) : event.target !== event.currentTarget) return
    run(event, pressedKey(event), shortcuts)
  }
}

/** What is offered now, for the list. */
export function offeredShortcuts(): { page: ShortcutDefinition[]; everywhere: ShortcutDefinition[] } {
  const all = [...offers].flatMap(({ everywhere, shortcuts }) =>
    shortcuts.map(({ definition }) => ({ everywhere, definition })),
  )
  const those = (wanted: boolean) =>
    all.filter(({ everywhere }) => everywhere === wanted).map(({ definition }) => definition)
  return { page: those(false), everywhere: those(true) }
}

/** A second key that comes later than this begins anew. */
const SEQUENCE_MS = 1500

/** Handles all shortcuts of the window, and offers those of every page, while the calling component is mounted. */
export function handleShortcuts<Definitions extends ShortcutDefinitions>(
  definitions: Definitions,
  handlers: ShortcutHandlers<Definitions>,
): void {
  offer(definitions, handlers, { everywhere: true, local: false })
  /** Whether a dialog was open when the key went down: the key that closes a dialog belongs to the dialog. */
  let dialogOpen = false
  /** The first key of a sequence, and when it was pressed. */
  let begun = { key: '', at: 0 }

  function before(event: KeyboardEvent): void {
    dialogOpen = modalOpen()
    // A dialog that was just closed has the focus until the next frame, and may keep keys to itself.
    const left = event.target instanceof Element && event.target.closest('dialog:not([open])') !== null
    if (dialogOpen || !left) return
    onKey(event)
    event.stopPropagation()
  }

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || dialogOpen) return
    // The modifier of the second key comes first.
    if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(event.key)) return
    const key = pressedKey(event)
    const first = event.timeStamp - begun.at < SEQUENCE_MS ? begun.key : ''
    begun = { key: '', at: 0 }
    // A page's own keys come before those of the window.
    const shortcuts = [...offers]
      .filter(({ local }) => !local)
      .sort((a, b) => Number(a.everywhere) - Number(b.everywhere))
      .flatMap(({ shortcuts }) => shortcuts)
      .filter(({ definition }) => definition.inFields === true || !isForField(event))
    if (first !== '' && run(event, `${first} ${key}`, shortcuts)) return
    if (run(event, key, shortcuts)) return
    const begins = shortcuts.some(({ definition }) =>
      definition.keys.some((keys) => keys.includes(' ') && keySequence(keys)[0] === key),
    )
    if (begins) begun = { key, at: event.timeStamp }
  }

  onMounted(() => {
    window.addEventListener('keydown', before, true)
    window.addEventListener('keydown', onKey)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', before, true)
    window.removeEventListener('keydown', onKey)
  })
}

/** Runs the shortcut of the pressed keys. Returns whether there was one. */
function run(event: KeyboardEvent, pressed: string, shortcuts: Offer['shortcuts']): boolean {
  for (const { definition, run } of shortcuts) {
    if (!definition.keys.some((keys) => keySequence(keys).join(' ') === pressed)) continue
    if (run(event) === false) continue
    event.preventDefault()
    return true
  }
  return false
}
