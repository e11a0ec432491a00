import { computed, shallowRef, type Ref } from 'vue'
import type { RunSummary } from '../../../main/contract/runs.ts'

/** Runs picked out of those shown. What is no longer shown is no longer picked. */
export function useSelection(shown: Readonly<Ref<readonly RunSummary[]>>) {
  const picked = shallowRef<ReadonlySet<string>>(new Set())
  let anchor = ''

  const runs = computed(() => shown.value.filter((run) => picked.value.has(run.id)))
  const all = computed(() => runs.value.length > 0 && runs.value.length === shown.value.length)

  /** Picks or unpicks a run; with `range`, all from the one before to this one as well. */
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
    const ids = shown.value.map((run) => run.id)
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b) as [number, number]
    return ends[0] < 0 ? [to] : ids.slice(ends[0], ends[1] + 1)
  }

  function toggleAll(): void {
    picked.value = all.value ? new Set() : new Set(shown.value.map((run) => run.id))
  }

  function clear(): void {
    picked.value = new Set()
  }

  return { picked, runs, all, toggle, toggleAll, clear }
}
