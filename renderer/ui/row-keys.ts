/** Handles the keyboard in a table: Tab reaches one row, arrow keys go on from it, and Enter and Delete act on it. */
import { computed, ref } from 'vue'
import type { Shortcut } from './commands.ts'

interface RowActions {
  open: (id: string) => unknown
  remove: (id: string) => unknown
}

/** Gives the attributes of each row for `v-bind`. `ids` are in the order shown. */
export function useRowKeys(ids: () => readonly string[], { open, remove }: RowActions) {
  const active = ref('')
  const tabStop = computed(() => (ids().includes(active.value) ? active.value : ids()[0]))

  function onKeydown(id: string, event: KeyboardEvent): void {
    const row = event.currentTarget as HTMLElement
    // Elements inside a row have their own keys.
    if (event.target !== row || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const rows = [...(row.parentElement?.children ?? [])] as HTMLElement[]
    const index = rows.indexOf(row)
    const goTo = (index: number) => () => rows[Math.max(0, Math.min(index, rows.length - 1))]?.focus()
    const steps = new Map<string, () => unknown>([
      ['ArrowDown', goTo(index + 1)],
      ['ArrowUp', goTo(index - 1)],
      ['Home', goTo(0)],
      ['End', goTo(rows.length - 1)],
      ['Enter', () => open(id)],
      ['Delete', () => remove(id)],
    ])
    const step = steps.get(event.key)
    if (!step) return
    event.preventDefault()
    step()
  }

  return (id: string) => ({
    tabindex: id === tabStop.value ? 0 : -1,
    onFocus: () => (active.value = id),
    onKeydown: (event: KeyboardEvent) => onKeydown(id, event),
  })
}

/** Lists the keys for `?`. `thing` is what a row shows, such as "dataset". */
export const rowShortcuts = (thing: string): Shortcut[] => [
  { keys: '↑ ↓ Home End', text: `Go to another ${thing}` },
  { keys: 'Enter', text: `Open the ${thing}` },
  { keys: 'Delete', text: `Delete the ${thing}` },
]
