import type { BoundColumns } from './columns.ts'
import type { Plan } from './plan-types.ts'

/** The mean number of indices in a row, for each of the plan's sparse columns. */
export function meanLookups(plan: Plan, columns: BoundColumns): number[] {
  const means = new Map(columns.sparse.map(({ name, meanValues }) => [name, meanValues]))
  return plan.inputs.sparse.map(({ name }) => means.get(name) ?? 1)
}
