import { newestFirst, type RunSort } from '../../../main/contract/run-list.ts'
import { runColumns, type ColumnKey } from './run-columns.ts'

const KEY = 'runs.sort'

/** Returns the order after a click on a column's heading: that column's, or the reverse if the list has it already. */
export function nextSort(sort: RunSort, column: ColumnKey): RunSort {
  if (sort.column === column) return { column, descending: !sort.descending }
  return { column, descending: runColumns.find(({ key }) => key === column)!.numeric }
}

export function rememberedSort(): RunSort {
  const [key, direction] = (localStorage.getItem(KEY) ?? '').split(' ')
  const known = runColumns.find((column) => column.key === key)
  return known ? { column: known.key, descending: direction === 'descending' } : newestFirst
}

export function rememberSort({ column, descending }: RunSort): void {
  localStorage.setItem(KEY, `${column} ${descending ? 'descending' : 'ascending'}`)
}
