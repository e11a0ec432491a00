import type { RunSummary } from '../../../main/contract/runs.ts'
import { runColumns, type ColumnKey } from './run-columns.ts'

export interface RunSort {
  key: ColumnKey
  descending: boolean
}

const KEY = 'runs.sort'
const newestFirst: RunSort = { key: 'created', descending: true }

/** A sorted copy. Runs without a value come last either way; equals stay in the order they had. */
export function sortRuns(runs: readonly RunSummary[], { key, descending }: RunSort): RunSummary[] {
  const valueOf = runColumns.find((column) => column.key === key)!.value
  const sign = descending ? -1 : 1
  return runs
    .map((run) => ({ run, value: valueOf(run) }))
    .sort((a, b) => {
      if (a.value === b.value) return 0
      if (a.value === null) return 1
      if (b.value === null) return -1
      return a.value < b.value ? -sign : sign
    })
    .map(({ run }) => run)
}

/** What a click on a column's heading makes of the order: turned around, or by that column. */
export function nextSort(sort: RunSort, key: ColumnKey): RunSort {
  if (sort.key === key) return { key, descending: !sort.descending }
  return { key, descending: runColumns.find((column) => column.key === key)!.numeric }
}

export function rememberedSort(): RunSort {
  const [key, direction] = (localStorage.getItem(KEY) ?? '').split(' ')
  const known = runColumns.find((column) => column.key === key)
  return known ? { key: known.key, descending: direction === 'descending' } : newestFirst
}

export function rememberSort({ key, descending }: RunSort): void {
  localStorage.setItem(KEY, `${key} ${descending ? 'descending' : 'ascending'}`)
}
