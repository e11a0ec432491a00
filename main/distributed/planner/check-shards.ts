/** Checks where a file places tables, before a job starts or a plan is made around it. */
import type { TableShard } from '../../../native/generated/engine.ts'
import { StudioError } from '../../contract/errors.ts'
import type { PlacedShard } from '../../contract/table-plan.ts'
import type { GroupTable, TableGroup } from './table-groups.ts'

function fail(problem: string, table: string): never {
  throw new StudioError('InvalidArgument', problem, { field: table })
}

/**
 * The shards of all groups that they name, in the order of the groups, with their columns. Throws InvalidArgument naming
 * the table for a shard that the engine could not have.
 */
export function checkedShards(
  groups: readonly TableGroup[],
  shards: readonly PlacedShard[],
  ranks: number,
): Map<TableGroup, TableShard[]> {
  const tables = new Map(groups.flatMap((group) => group.tables.map((table) => [table.name, table])))
  for (const { table, rank } of shards) {
    if (!tables.has(table))
      fail(`The model has no table '${table}'; it has ${names([...tables.keys()])}.`, table)
    if (rank >= ranks)
      fail(
        `The table '${table}' is placed on rank ${rank}, but there are ${ranks} ranks, counted from 0.`,
        table,
      )
  }
  const placed = new Map<TableGroup, TableShard[]>()
  for (const group of groups) {
    const own = group.tables.map((table) => shardsOfTable(group, table, shards))
    const first = own.find((each) => each.length > 0)
    if (!first) continue
    group.tables.forEach(({ name }, index) => {
      const these = own[index] ?? []
      if (these.length > 0 && !isAlike(first, these)) {
        const other = group.tables[own.indexOf(first)]?.name ?? ''
        fail(`The tables '${other}' and '${name}' belong together: place them on the same ranks.`, name)
      }
    })
    placed.set(
      group,
      group.tables.flatMap(({ name, width }) =>
        first.map(({ rank, firstColumn, columns }) => ({
          table: name,
          rank,
          firstColumn,
          columns: first.length === 1 ? width : columns,
        })),
      ),
    )
  }
  return placed
}

function shardsOfTable(
  group: TableGroup,
  { name, width }: GroupTable,
  shards: readonly PlacedShard[],
): TableShard[] {
  const own = shards
    .filter(({ table }) => table === name)
    .map(({ rank, firstColumn, columns = Math.max(1, width - firstColumn) }) => ({
      table: name,
      rank,
      firstColumn,
      columns,
    }))
    .sort((one, other) => one.firstColumn - other.firstColumn)
  if (own.length > 1 && group.undividedBecause !== null)
    fail(`The table '${name}' must lie on one rank, because ${group.undividedBecause}.`, name)
  let next = 0
  for (const { rank, firstColumn, columns } of own) {
    if (firstColumn !== next)
      fail(
        `Each column of the table '${name}' must be placed once: see column ${Math.min(next, firstColumn)}.`,
        name,
      )
    if (own.filter((other) => other.rank === rank).length > 1)
      fail(`Rank ${rank} has two parts of the table '${name}': make them one.`, name)
    next += columns
  }
  if (own.length > 0 && next !== width)
    fail(`${next} columns of the table '${name}' are placed, but it has ${width}.`, name)
  return own
}

const isAlike = (one: readonly TableShard[], other: readonly TableShard[]) =>
  one.length === other.length &&
  one.every(({ rank, columns }, index) => {
    const same = other[index]
    return same?.rank === rank && (one.length === 1 || same.columns === columns)
  })

const MOST_NAMES = 8

/** The first few of the names. */
const names = (all: readonly string[]) =>
  all.slice(0, MOST_NAMES).join(', ') +
  (all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '')
