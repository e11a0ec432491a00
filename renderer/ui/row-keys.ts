/** The keyboard in lists: which keys move and select, and a table of which Tab reaches one row. */
import { computed, ref } from 'vue'
import { offerLocalShortcuts } from './shortcuts.ts'

const MOVES = ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'] as const

/** The keys of a list whose rows are selected. `thing` is what a row shows, such as "run". */
export const listShortcuts = (thing: string) => ({
  move: { keys: [...MOVES], text: `Go to another ${thing}` },
  extend: { keys: MOVES.map((key) => `Shift+${key}`), text: 'Extend the selection' },
  toggle: { keys: ['Space'], text: `Select or deselect the ${thing}` },
  toggleRange: { keys: ['Shift+Space'], text: `Select all ${thing}s from the last one selected` },
  toggleAll: { keys: ['Ctrl+A'], text: `Select all ${thing}s shown, or none` },
  remove: { keys: ['Delete'], text: `Delete the selected ${thing}s` },
})

/** The row to which a key moves from the row `at`, which is below 0 if there is none yet. */
export function rowAfter(key: string, at: number, { count, page }: { count: number; page: number }): number {
  const targets: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }
  return Math.max(0, Math.min(targets[key] ?? at, count - 1))
}

/** The keys of a table whose rows are opened. */
export const rowShortcuts = (thing: string) => ({
  move: { keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'], text: `Go to another ${thing}` },
  open: { keys: ['Enter'], text: `Open the ${thing}` },
  remove: { keys: ['Delete'], text: `Delete the ${thing}` },
})

interface RowActions {
  open: (id: string) => unknown
  remove: (id: string) => unknown
}

/** Gives the attributes of each row for `v-bind`. `ids` are in the order shown. */
export function useRowKeys(
  shortcuts: ReturnType<typeof rowShortcuts>,
  ids: () => readonly string[],
  { open, remove }: RowActions,
) {
  const active = ref('')
  const tabStop = computed(() => (ids().includes(active.value) ? active.value : ids()[0]))

  const onKeydown = offerLocalShortcuts(shortcuts, {
    move: ({ key, currentTarget }) => {
      const row = currentTarget as HTMLElement
      const rows = [...(row.parentElement?.children ?? [])] as HTMLElement[]
      rows[rowAfter(key, rows.indexOf(row), { count: rows.length, page: 1 })]?.focus()
    },
    open: () => open(active.value),
    remove: () => remove(active.value),
  })

  return (id: string) => ({
    tabindex: id === tabStop.value ? 0 : -1,
    onFocus: () => (active.value = id),
    onKeydown,
  })
}
