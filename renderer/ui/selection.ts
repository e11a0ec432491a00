import { computed, shallowRef, type Ref } from 'vue'

type Ids = ReadonlySet<string>

/** Rows picked out of those shown. What is no longer shown is no longer picked. */
export function useSelection<Item extends { id: string }>(shown: Readonly<Ref<readonly Item[]>>) {
  const picked = shallowRef<Ids>(new Set())
  let anchor = ''
  /** While the shift key is held: where the stretch began, and what was picked beside it. */
  let stretch: { from: string; beside: Ids } | null = null

  const items = computed(() => shown.value.filter((item) => picked.value.has(item.id)))
  const all = computed(() => items.value.length > 0 && items.value.length === shown.value.length)

  /** Picks or unpicks a row; with `range`, all from the one before to this one as well. */
  function toggle(id: string, range = false): void {
    stretch = null
    const next = new Set(picked.value)
    const on = !next.has(id)
    for (const each of range ? idsBetween(anchor, id) : [id]) {
      if (on) next.add(each)
      else next.delete(each)
    }
    anchor = id
    picked.value = next
  }

  /** Picks all from one row to another, as Shift with an arrow does; the next call may take it back in part. */
  function extend(from: string, to: string): void {
    stretch ??= { from, beside: picked.value }
    picked.value = new Set([...stretch.beside, ...idsBetween(stretch.from, to)])
    anchor = to
  }

  /** The next extend() begins anew. */
  function endStretch(): void {
    stretch = null
  }

  function idsBetween(from: string, to: string): string[] {
    const ids = shown.value.map((item) => item.id)
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b) as [number, number]
    return ends[0] < 0 ? [to] : ids.slice(ends[0], ends[1] + 1)
  }

  function toggleAll(): void {
    stretch = null
    picked.value = all.value ? new Set() : new Set(shown.value.map((item) => item.id))
  }

  function clear(): void {
    stretch = null
    picked.value = new Set()
  }

  return { picked, items, all, toggle, extend, endStretch, toggleAll, clear }
}
