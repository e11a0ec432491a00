/** Which rank of a job has which embedding tables. */
import type { TableShard } from '../../native/index.ts'
import { isLookup } from '../model/kinds/embedding-lowering.ts'
import type { Plan, PlanOperation } from '../model/plan-types.ts'

/** Tables that have to be on one rank, because they are multiplied or share learned weights. */
interface TableGroup {
  tables: { name: string; rows: number; columns: number }[]
  /** Columns that are looked up for each sample, for which a step takes its time. */
  columns: number
  /** Numbers in the tables, for which they take their memory. */
  size: number
}

/**
 * Whole tables, the largest first, each to the rank that has looked up the fewest columns so far and then has the least
 * memory. It depends on the plan alone, so all ranks find the same places.
 */
export function placeTables(plan: Plan, ranks: number): TableShard[] {
  const loads = Array.from({ length: ranks }, (_, rank) => ({ rank, columns: 0, size: 0 }))
  const shards: TableShard[] = []
  for (const group of groups(plan).toSorted((a, b) => b.size - a.size)) {
    const [least] = loads.toSorted((a, b) => a.columns - b.columns || a.size - b.size || a.rank - b.rank)
    if (!least) break
    least.columns += group.columns
    least.size += group.size
    for (const { name, columns } of group.tables)
      shards.push({ table: name, rank: least.rank, firstColumn: 0, columns })
  }
  return shards
}

function groups(plan: Plan): TableGroup[] {
  const found = new Map<string, TableGroup>()
  for (const operation of plan.operations.filter(isLookup)) {
    const table = plan.parameters[operation.table]
    if (!table) continue
    const [rows = 0, columns = 0] = table.shape
    const key = belongsToNode(operation) ? `node ${operation.node}` : `table ${table.name}`
    const group = found.get(key) ?? { tables: [], columns: 0, size: 0 }
    found.set(key, group)
    if (group.tables.some(({ name }) => name === table.name)) continue
    group.tables.push({ name: table.name, rows, columns })
    group.columns += columns
    group.size += rows * columns
  }
  return [...found.values()]
}

/** Both tables of a quotient-remainder pair, and those that share learned weights, are of one node. */
function belongsToNode({ rowWeights, indexMap }: Extract<PlanOperation, { kind: 'embeddingBag' }>): boolean {
  return rowWeights !== null || indexMap.kind === 'quotient' || indexMap.kind === 'remainder'
}
