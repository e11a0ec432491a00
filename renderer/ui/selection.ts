import { computed, shallowRef, type Ref } from 'vue'

type Ids = ReadonlySet<string>

/** Rows picked out of those shown. What is no longer shown is no longer picked. */
export function useSelection<Item extends { id: string }>(shown: Readonly<Ref<readonly Item[]>>) {
  const picked = shallowRef<Ids>(new Set())
  let anchor = ''
  /** Where the range of the held Shift key began, and what was picked besides it. */
  let range: { from: string; besides: Ids } | null = null

  const items = computed(() => shown.value.filter((item) => picked.value.has(item.id)))
  const all = computed(() => items.value.length > 0 && items.value.length === shown.value.length)

  /** Picks or unpicks a row, and with `toLast` all rows from the one before to this one. */
  function toggle(id: string, toLast = false): void {
    range = null
    const next = new Set(picked.value)
    const on = !next.has(id)
    for (const each of toLast ? idsBetween(anchor, id) : [id]) {
      if (on) next.add(each)
      else next.delete(each)
    }
    anchor = id
    picked.value = next
  }

  /** Picks all from one row to another, as Shift with an arrow does. The next call may take some of it back. */
  function extend(from: string, to: string): void {
    range ??= { from, besides: picked.value }
    picked.value = new Set([...range.besides, ...idsBetween(range.from, to)])
    anchor = to
  }

  /** The next extend() begins anew. */
  function endRange(): void {
    range = null
  }

  function idsBetween(from: string, to: string): string[] {
    const ids = shown.value.map((item) => item.id)
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b) as [number, number]
    return ends[0] < 0 ? [to] : ids.slice(ends[0], ends[1] + 1)
  }

  function toggleAll(): void {
    range = null
    picked.value = all.value ? new Set() : new Set(shown.value.map((item) => item.id))
  }

  function clear(): void {
    range = null
    picked.value = new Set()
  }

  return { picked, items, all, toggle, extend, endRange, toggleAll, clear }
}
