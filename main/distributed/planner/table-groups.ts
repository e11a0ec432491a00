/** The tables of a plan as they can be placed: those that must lie together are one group. */
import { optimizerBytes, type OptimizerKind } from '../../model/costs.ts'
import { maximumOf } from '../../model/extremes.ts'
import { isLookup, type EmbeddingBagOperation } from '../../model/kinds/embedding-lowering.ts'
import type { Plan } from '../../model/plan-types.ts'

export interface GroupTable {
  /** The parameter's name. */
  name: string
  rows: number
  width: number
  /** The mean number of indices in a sample, over all operations that read it. */
  lookups: number
  /** The number of its operations, each of which gives a pooled row for a sample. */
  bags: number
  /** Parameters and optimizer state, with learned weights of its rows. */
  bytes: number
}

/** Tables that lie on the same ranks, with the same division of their columns, or with divided rows. */
export interface TableGroup {
  /** In the order of the plan. */
  tables: GroupTable[]
  /** How the group is divided where it is. */
  by: 'columns' | 'rows'
  /** Into how many parts of equal size it can be divided: the columns of each table, or ranges of its rows. */
  width: number
  /** Why it cannot be divided in this way, to follow "because"; null if it can. */
  undividedBecause: string | null
  /** The same for its rows. */
  rowsUndividedBecause: string | null
}

/** A larger table is divided into as many ranges of rows, which is fine enough to fill hosts of any size. */
const MOST_ROW_RANGES = 4096

/** A group whose rows can be divided, with these in place of the columns. */
export function dividedByRows(group: TableGroup): TableGroup {
  const rows = maximumOf(group.tables.map((table) => table.rows))
  return { ...group, by: 'rows', width: Math.min(rows, MOST_ROW_RANGES), undividedBecause: null }
}

/**
 * `lookups` is the mean number of indices in a sample, for each of the plan's sparse columns. The rules are those of the
 * engine (native/engine/src/distributed/placement.rs).
 */
export function tableGroups(plan: Plan, optimizer: OptimizerKind, lookups: readonly number[]): TableGroup[] {
  const bags = plan.operations.filter(isLookup)
  const leaders = groupLeaders(plan, bags)
  const byLeader = Map.groupBy(bags, ({ table }) => leaders.get(table) ?? table)
  const weighted = new Set<number>()
  return [...byLeader.values()].map((own) => {
    const tables = [...Map.groupBy(own, ({ table }) => table)].map(([index, reading]) => {
      const parameter = plan.parameters[index]
      const [rows = 0, width = 0] = parameter?.shape ?? []
      const weights = new Set(reading.flatMap(({ rowWeights }) => rowWeights ?? []))
      const parameters = [index, ...weights].filter((each) => !weighted.has(each))
      for (const each of weights) weighted.add(each)
      return {
        name: parameter?.name ?? '',
        rows,
        width,
        lookups: reading.reduce((sum, { column }) => sum + (lookups[column] ?? 1), 0),
        bags: reading.length,
        bytes: optimizerBytes(parameters.flatMap((each) => plan.parameters[each] ?? []))[optimizer],
      }
    })
    const width = tables[0]?.width ?? 0
    return {
      tables,
      by: 'columns',
      width,
      undividedBecause: reasonAgainstColumns(own, tables, optimizer),
      rowsUndividedBecause: reasonAgainstRows(own),
    }
  })
}

function reasonAgainstColumns(
  bags: readonly EmbeddingBagOperation[],
  tables: readonly GroupTable[],
  optimizer: OptimizerKind,
): string | null {
  if (bags.some(({ rowWeights }) => rowWeights !== null)) return 'its rows have learned weights'
  if (optimizer === 'rowWiseAdagrad') return 'row-wise Adagrad keeps one number for a whole row'
  if (tables.some(({ width }) => width !== tables[0]?.width)) return 'the tables of its group differ in width'
  return null
}

/** Learned weights of a pair of tables belong to the column's values, each of which has a row in both. */
function reasonAgainstRows(bags: readonly EmbeddingBagOperation[]): string | null {
  const isPair = ({ indexMap }: EmbeddingBagOperation) =>
    indexMap.kind === 'quotient' || indexMap.kind === 'remainder'
  return bags.some((bag) => bag.rowWeights !== null && isPair(bag))
    ? 'its learned weights are those of two tables'
    : null
}

/** For each table, the first table of its group. */
function groupLeaders(plan: Plan, bags: readonly EmbeddingBagOperation[]): Map<number, number> {
  const leaders = new Map(bags.map(({ table }) => [table, table]))
  const leaderOf = (table: number): number => {
    const leader = leaders.get(table) ?? table
    return leader === table ? table : leaderOf(leader)
  }
  const unite = (one: number, other: number) => {
    const [first, second] = [leaderOf(one), leaderOf(other)].sort((a, b) => a - b)
    if (first !== undefined && second !== undefined) leaders.set(second, first)
  }
  const byWeights = Map.groupBy(bags, ({ rowWeights }) => rowWeights)
  for (const [weights, [first, ...others]] of byWeights) {
    if (weights === null || !first) continue
    for (const { table } of others) unite(first.table, table)
  }
  for (const [first, second] of multipliedPairs(plan, bags)) unite(first.table, second.table)
  return new Map(bags.map(({ table }) => [table, leaderOf(table)]))
}

/** The two lookups of every quotient-remainder pair whose rows the engine multiplies while it looks them up. */
function multipliedPairs(
  plan: Plan,
  bags: readonly EmbeddingBagOperation[],
): [EmbeddingBagOperation, EmbeddingBagOperation][] {
  const halves = new Map(
    bags
      .filter(({ indexMap }) => indexMap.kind === 'quotient' || indexMap.kind === 'remainder')
      .filter(({ column }) => plan.inputs.sparse[column]?.multiValued === false)
      .map((bag) => [bag.output, bag]),
  )
  return plan.operations.flatMap((operation) => {
    if (operation.kind !== 'multiply') return []
    const [first, second] = operation.inputs.map((input) => halves.get(input))
    const pair: [EmbeddingBagOperation, EmbeddingBagOperation][] = first && second ? [[first, second]] : []
    return pair.filter(([one, other]) => one.column === other.column)
  })
}
