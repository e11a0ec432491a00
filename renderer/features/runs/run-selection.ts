import { computed, watch, type Ref } from 'vue'

/** The list from which rows are picked: its query, the number of rows that match it, and their ids by index. */
export interface SelectableList {
  query: () => string
  matching: () => number
  idsBetween: (from: number, to: number) => Promise<string[]>
  /** Returns the ids of the runs that match a query, or of those in `among` if that is given. */
  idsOf: (query: string, among?: readonly string[]) => Promise<string[]>
}

/** Either all runs that match the query except for `ids`, or these ids alone, of which `shown` match the query. */
export interface Picked {
  all: boolean
  ids: ReadonlySet<string>
  shown: ReadonlySet<string>
}

export const nothingPicked: Picked = { all: false, ids: new Set(), shown: new Set() }

/** Runs picked out of a list of any length. Runs that the query hides do not count, but are still picked when a query shows them again. */
export function useRunSelection(list: SelectableList, picked: Ref<Picked>) {
  let anchor = -1
  /** The row where a range of Shift began, and what was picked besides it. It is null while the key is not pressed. */
  let shiftRange: { from: number; besides: Picked } | null = null

  const count = computed(() => {
    const { all, ids, shown } = picked.value
    return all ? Math.max(0, list.matching() - ids.size) : shown.size
  })
  const all = computed(() => count.value > 0 && count.value === list.matching())
  const has = (id: string): boolean => picked.value.ids.has(id) !== picked.value.all

  function changed({ all, ids, shown }: Picked, rows: readonly string[], on: boolean): Picked {
    const [nextIds, nextShown] = [new Set(ids), new Set(shown)]
    for (const id of rows) {
      if (on !== all) nextIds.add(id)
      else nextIds.delete(id)
      if (on && !all) nextShown.add(id)
      else nextShown.delete(id)
    }
    return { all, ids: nextIds, shown: nextShown }
  }

  /** Picks a row, or no longer picks it. With `range`, does the same to all rows since the last one that was toggled. */
  async function toggle(index: number, id: string, range = false): Promise<void> {
    shiftRange = null
    const on = !has(id)
    const rows = range && anchor >= 0 ? await list.idsBetween(anchor, index) : [id]
    anchor = index
    picked.value = changed(picked.value, rows, on)
  }

  /** Picks all rows from one to another, as Shift with an arrow key does. The next call replaces this range. */
  async function extend(from: number, to: number): Promise<void> {
    shiftRange ??= { from, besides: picked.value }
    const { besides } = shiftRange
    picked.value = changed(besides, await list.idsBetween(shiftRange.from, to), true)
    anchor = to
  }

  /** Ends the range, so that the next call of extend() begins another one. */
  function endRange(): void {
    shiftRange = null
  }

  function toggleAll(): void {
    shiftRange = null
    picked.value = all.value ? nothingPicked : { all: true, ids: new Set(), shown: new Set() }
  }

  function clear(): void {
    shiftRange = null
    picked.value = nothingPicked
  }

  /** Returns the ids of the runs that are picked and match the query. */
  async function ids(): Promise<string[]> {
    const { all, ids, shown } = picked.value
    return all ? (await list.idsOf(list.query())).filter((id) => !ids.has(id)) : [...shown]
  }

  /** Removes deleted runs from the selection. */
  function forget(gone: readonly string[]): void {
    const { all, ids, shown } = picked.value
    const without = (set: ReadonlySet<string>) => new Set([...set].filter((id) => !gone.includes(id)))
    if (gone.some((id) => ids.has(id))) picked.value = { all, ids: without(ids), shown: without(shown) }
  }

  /** Removes runs that were deleted while the page was closed and received no events. */
  async function recheck(): Promise<void> {
    const before = picked.value
    const { all, ids } = before
    if (all || ids.size === 0) return
    const shown = await list.idsOf(list.query(), [...ids])
    if (picked.value === before) picked.value = { all, ids, shown: new Set(shown) }
  }

  // With another query, `all` would mean other runs.
  watch(list.query, async (query, before) => {
    const { all, ids } = picked.value
    if (!all && ids.size === 0) return
    const kept = all ? (await list.idsOf(before)).filter((id) => !ids.has(id)) : [...ids]
    const shown = await list.idsOf(query, kept)
    picked.value = { all: false, ids: new Set(kept), shown: new Set(shown) }
  })

  return { count, all, has, toggle, extend, endRange, toggleAll, clear, ids, forget, recheck }
}
