import { computed, shallowRef, type Ref } from 'vue'

/** Rows picked out of those shown. What is no longer shown is no longer picked. */
export function useSelection<Item extends { id: string }>(shown: Readonly<Ref<readonly Item[]>>) {
  const picked = shallowRef<ReadonlySet<string>>(new Set())
  let anchor = ''

  const items = computed(() => shown.value.filter((item) => picked.value.has(item.id)))
  const all = computed(() => items.value.length > 0 && items.value.length === shown.value.length)

  /** Picks or unpicks a row; with `range`, all from the one before to this one as well. */
  function toggle(id: string, range = false): void {
    const next = new Set(picked.value)
    const on = !next.has(id)
    for (const each of range ? idsBetween(anchor, id) : [id]) {
      if (on) next.add(each)
      else next.delete(each)
    }
    anchor = id
    picked.value = next
  }

  function idsBetween(from: string, to: string): string[] {
    const ids = shown.value.map((item) => item.id)
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b) as [number, number]
    return ends[0] < 0 ? [to] : ids.slice(ends[0], ends[1] + 1)
  }

  function toggleAll(): void {
    picked.value = all.value ? new Set() : new Set(shown.value.map((item) => item.id))
  }

  function clear(): void {
    picked.value = new Set()
  }

  return { picked, items, all, toggle, toggleAll, clear }
}
