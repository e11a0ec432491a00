/** Checks where a file places tables, before a job starts or a plan is made around it. */
import type { TableShard } from '../../../native/generated/engine.ts'
import { StudioError } from '../../contract/errors.ts'
import type { PlacedShard } from '../../contract/table-plan.ts'
import type { GroupTable, TableGroup } from './table-groups.ts'

function fail(problem: string, table: string): never {
  throw new StudioError('InvalidArgument', problem, { field: table })
}

/**
 * The shards of all groups that they name, in the order of the groups, with their columns and, where these are divided, rows. Throws InvalidArgument naming
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
        `The table '${table}' is placed on rank ${rank}, but there ${ranks === 1 ? 'is one rank' : `are ${ranks} ranks`}, counted from 0.`,
        table,
      )
  }
  const placed = new Map<TableGroup, TableShard[]>()
  for (const group of groups) {
    const own = group.tables.map((table) => shardsOfTable(group, table, shards))
    const first = own.find((each) => each.length > 0)
    if (!first) continue
    const byRows = own.some(isByRows)
    group.tables.forEach(({ name }, index) => {
      const these = own[index] ?? []
      const other = group.tables[own.indexOf(first)]?.name ?? ''
      if (these.length === 0) return
      if (byRows && !isByRows(these) && these.length > 1)
        fail(`The rows of a table that '${name}' belongs to are divided: leave '${name}' whole.`, name)
      if (!byRows && !isAlike(first, these))
        fail(`The tables '${other}' and '${name}' belong together: place them on the same ranks.`, name)
    })
    placed.set(
      group,
      group.tables.flatMap((table, index) => {
        const these = own[index] ?? []
        if (byRows && these.length > 0) return these
        return (byRows ? first.slice(0, 1) : first).map((shard) => alike(table, shard, first.length === 1))
      }),
    )
  }
  return placed
}

/** What a table has where another one of its group has a shard. */
const alike = ({ name, width }: GroupTable, shard: TableShard, isWhole: boolean): TableShard =>
  isWhole || shard.rows !== undefined
    ? { table: name, rank: shard.rank, firstColumn: 0, columns: width }
    : { ...shard, table: name }

const isByRows = (shards: readonly TableShard[]) => shards.some(({ rows }) => rows !== undefined)

function shardsOfTable(group: TableGroup, table: GroupTable, shards: readonly PlacedShard[]): TableShard[] {
  const { name, width } = table
  const own = shards.filter((shard) => shard.table === name)
  const byRows = own.some(({ firstRow, rows }) => firstRow !== undefined || rows !== undefined)
  for (const { rank } of own)
    if (own.filter((other) => other.rank === rank).length > 1)
      fail(`Rank ${rank} has two parts of the table '${name}': make them one.`, name)
  const because = byRows ? group.rowsUndividedBecause : group.undividedBecause
  if (own.length > 1 && because !== null)
    fail(
      byRows
        ? `The rows of the table '${name}' must lie on one rank, because ${because}.`
        : `The columns of the table '${name}' must lie on one rank, because ${because}.`,
      name,
    )
  return byRows ? rowShards(table, own) : columnShards(name, width, own)
}

function columnShards(name: string, width: number, own: readonly PlacedShard[]): TableShard[] {
  const parts = own.map(({ rank, firstColumn, columns = Math.max(1, width - firstColumn) }) => ({
    table: name,
    rank,
    firstColumn,
    columns,
  }))
  return covering(
    name,
    'column',
    width,
    parts,
    ({ firstColumn }) => firstColumn,
    ({ columns }) => columns,
  )
}

/** One shard with all rows is a whole table. */
function rowShards({ name, width, rows: height }: GroupTable, own: readonly PlacedShard[]): TableShard[] {
  const parts = own.map(({ rank, firstColumn, columns = width, firstRow = 0, rows }) => {
    if (firstColumn > 0 || columns !== width)
      fail(`The table '${name}' can be divided by rows or by columns, but not by both.`, name)
    return {
      table: name,
      rank,
      firstColumn,
      columns,
      firstRow,
      rows: rows ?? Math.max(1, height - firstRow),
    }
  })
  const covered = covering(
    name,
    'row',
    height,
    parts,
    ({ firstRow }) => firstRow,
    ({ rows }) => rows,
  )
  if (covered.length > 1) return covered
  return covered.map(({ table, rank, firstColumn, columns }) => ({ table, rank, firstColumn, columns }))
}

/** The parts of a table in their order, which must cover it once. */
function covering<Part>(
  table: string,
  what: 'column' | 'row',
  count: number,
  parts: readonly Part[],
  firstOf: (part: Part) => number,
  countOf: (part: Part) => number,
): Part[] {
  const sorted = [...parts].sort((one, other) => firstOf(one) - firstOf(other))
  let next = 0
  for (const part of sorted) {
    const first = firstOf(part)
    if (first !== next)
      fail(
        `Each ${what} of the table '${table}' must be placed once: see ${what} ${Math.min(next, first)}.`,
        table,
      )
    next += countOf(part)
  }
  if (sorted.length > 0 && next !== count)
    fail(`${next} ${what}s of the table '${table}' are placed, but it has ${count}.`, table)
  return sorted
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
