import type { RunSort } from '../../../main/contract/run-list.ts'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { sortField } from './run-columns.ts'

/** The fields that a query reads and that may change during a run. */
const queried = ['name', 'status', 'tags', 'notes'] as const

/**
 * Returns whether a change of a run may change which rows are shown, or their order. `before` is the run's row before the
 * change, or undefined if the window does not have it because the row is not among those shown.
 */
export function mayMove(
  before: RunSummary | undefined,
  now: RunSummary,
  { query, sort }: { query: string; sort: RunSort },
): boolean {
  const isQueried = query.trim() !== ''
  if (!before) return isQueried || sort.column !== 'created'
  const field = sortField(sort.column)
  const same = (key: keyof RunSummary) => JSON.stringify(before[key]) === JSON.stringify(now[key])
  return !same(field) || (isQueried && !queried.every(same))
}
