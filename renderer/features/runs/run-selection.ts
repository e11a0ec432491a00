import { computed, watch, type Ref } from 'vue'

/** The list that rows are picked from: its query, how many rows match it, and ids by their index. */
export interface SelectableList {
  query: () => string
  matching: () => number
  idsBetween: (from: number, to: number) => Promise<string[]>
  /** Ids of the runs that match a query; of `among`, if it is given. */
  idsOf: (query: string, among?: readonly string[]) => Promise<string[]>
}

/** All that match the query but for `ids`, or these ids alone; `shown` of them match the query, too. */
export interface Picked {
  all: boolean
  ids: ReadonlySet<string>
  shown: ReadonlySet<string>
}

export const nothingPicked: Picked = { all: false, ids: new Set(), shown: new Set() }

/** Runs picked out of a list of any length. What the query hides counts no more, and is picked again once it shows it. */
export function useRunSelection(list: SelectableList, picked: Ref<Picked>) {
  let anchor = -1
  /** While the shift key is held: where the range began, and what was picked besides it. */
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

  /** Picks or unpicks a row; with `range`, all from the one before to this one as well. */
  async function toggle(index: number, id: string, range = false): Promise<void> {
    shiftRange = null
    const on = !has(id)
    const rows = range && anchor >= 0 ? await list.idsBetween(anchor, index) : [id]
    anchor = index
    picked.value = changed(picked.value, rows, on)
  }

  /** Picks all from one row to another, as Shift with an arrow does. The next call may take some of it back. */
  async function extend(from: number, to: number): Promise<void> {
    shiftRange ??= { from, besides: picked.value }
    const { besides } = shiftRange
    picked.value = changed(besides, await list.idsBetween(shiftRange.from, to), true)
    anchor = to
  }

  /** The next extend() begins anew. */
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

  /** Ids of the runs that are picked and match the query. */
  async function ids(): Promise<string[]> {
    const { all, ids, shown } = picked.value
    return all ? (await list.idsOf(list.query())).filter((id) => !ids.has(id)) : [...shown]
  }

  /** Runs that are gone are picked no more. */
  function forget(gone: readonly string[]): void {
    const { all, ids, shown } = picked.value
    const without = (set: ReadonlySet<string>) => new Set([...set].filter((id) => !gone.includes(id)))
    if (gone.some((id) => ids.has(id))) picked.value = { all, ids: without(ids), shown: without(shown) }
  }

  /** Forgets runs that were deleted while the page was closed and received no events. */
  async function recheck(): Promise<void> {
    const before = picked.value
    const { all, ids } = before
    if (all || ids.size === 0) return
    const shown = await list.idsOf(list.query(), [...ids])
    if (picked.value === before) picked.value = { all, ids, shown: new Set(shown) }
  }

  // All of another query would be other runs.
  watch(list.query, async (query, before) => {
    const { all, ids } = picked.value
    if (!all && ids.size === 0) return
    const kept = all ? (await list.idsOf(before)).filter((id) => !ids.has(id)) : [...ids]
    const shown = await list.idsOf(query, kept)
    picked.value = { all: false, ids: new Set(kept), shown: new Set(shown) }
  })

  return { count, all, has, toggle, extend, endRange, toggleAll, clear, ids, forget, recheck }
}
