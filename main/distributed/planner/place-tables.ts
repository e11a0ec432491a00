/**
 * Places a model's tables on the ranks of a job, so that the slowest rank is as fast as possible and no host needs more
 * memory than it has. Equal arguments give equal plans.
 */
import type { TableShard } from '../../../native/generated/engine.ts'
import { StudioError } from '../../contract/errors.ts'
import { formatBytes } from '../../contract/quantities.ts'
import type { PlacedShard, TablePlan, TablePlanFile } from '../../contract/table-plan.ts'
import type { OptimizerKind } from '../../model/costs.ts'
import { maximumOf } from '../../model/extremes.ts'
import type { Plan } from '../../model/plan-types.ts'
import { checkedShards } from './check-shards.ts'
import { partOf, PlacementCosts, type MeasuredStep } from './costs.ts'
import { placeByMemory, placeByTime } from './first-placement.ts'
import { hostsOfRanks, ORDINARY_HOST, type Host } from './hosts.ts'
import { improve, MAX_TRIALS } from './improve.ts'
import { Placement } from './placement.ts'
import { dividedByRows, tableGroups, type GroupTable, type TableGroup } from './table-groups.ts'

export interface PlacementSettings {
  ranks: number
  hosts: readonly Host[]
  /** The optimizers. */
  tables: OptimizerKind
  dense: OptimizerKind
  batchSize: number
  /** The mean number of indices in a sample, for each of the plan's sparse columns. */
  lookups: readonly number[]
  /** Where a person wants tables; the others are placed around them. */
  pins?: readonly PlacedShard[]
  measured?: MeasuredStep
  /** Whether a good placement in little time is wanted, as for many jobs that nobody starts. */
  quick?: boolean
}

/** Instead of MAX_TRIALS. */
const QUICK_TRIALS = 1e5

/**
 * Rows are divided only where tables fit in no other way: the rows of frequent values come first, so one rank would have
 * most lookups of a table. Throws InvalidArgument for a pin that is impossible, for too few slots, and for tables that fit
 * nowhere, with the host and the missing bytes.
 */
export function placeTables(plan: Plan, settings: PlacementSettings): TablePlan {
  const { ranks, tables, dense, batchSize, measured } = settings
  const asRead = tableGroups(plan, tables, settings.lookups)
  const pins = checkedShards(asRead, settings.pins ?? [], ranks)
  const hosts = hostsOfRanks(settings.hosts, ranks)
  const startWith = (byRows: (group: TableGroup) => boolean): Start => {
    const groups = new Map(asRead.map((group) => [group, byRows(group) ? dividedByRows(group) : group]))
    const costs = new PlacementCosts(plan, [...groups.values()], {
      hosts,
      tables,
      dense,
      batchSize,
      measured,
    })
    const pinned = new Map([...pins].map(([group, shards]) => [groups.get(group) ?? group, shards]))
    const others = [...groups.values()].filter((group) => !pinned.has(group))
    return { groups: [...groups.values()], pins: pinned, others, placement: withPins(costs, pinned) }
  }
  const isPinnedByRows = (group: TableGroup) =>
    pins.get(group)?.some(({ rows }) => rows !== undefined) ?? false
  const undivided = startWith(isPinnedByRows)
  const withoutRows = fastestOf([undivided], settings.quick)
  if (withoutRows) return planOf(withoutRows)
  const withRows = choicesOfRows(undivided).map((isChosen) =>
    startWith((group) => isPinnedByRows(group) || (!pins.has(group) && isChosen(group))),
  )
  const best = fastestOf(withRows, settings.quick)
  if (!best) throw tooLittleMemory(undivided.placement, undivided.others)
  return planOf(best)
}

/** Groups of tables, of which the pinned ones are placed. */
interface Start {
  groups: TableGroup[]
  pins: ReadonlyMap<TableGroup, readonly TableShard[]>
  others: TableGroup[]
  placement: Placement
}

/** The same with all groups placed. */
type Placed = Omit<Start, 'others'>

/** The fastest placement of all; null if the groups fit nowhere. */
function fastestOf(starts: readonly Start[], quick = false): Placed | null {
  const found = starts.flatMap(({ groups, pins, others, placement: start }) => {
    const byTime = [placeByTime(start, others, false), placeByTime(start, others, true)]
    const placements = (
      quick && byTime.some((each) => each !== null) ? byTime : [...byTime, placeByMemory(start, others)]
    ).filter((each) => each !== null)
    const pinned = new Set(pins.keys())
    for (const placement of placements) improve(placement, pinned, quick ? QUICK_TRIALS : MAX_TRIALS)
    return placements.map((placement): Placed => ({ groups, pins, placement }))
  })
  let [best = null] = found
  for (const each of found)
    if (best && each.placement.stepSeconds() < best.placement.stepSeconds()) best = each
  return best
}

/** Whose rows may be divided if the groups fit nowhere otherwise, from the fewest on. */
function choicesOfRows({ placement }: Start): ((group: TableGroup) => boolean)[] {
  const { costs } = placement
  const room = maximumOf(placement.loads.map((_, rank) => placement.freeOf(costs.hostOf(rank))))
  const canBe = (group: TableGroup) => group.rowsUndividedBecause === null
  const hasNoColumns = (group: TableGroup) => canBe(group) && group.undividedBecause !== null
  const isTooLarge = (group: TableGroup) => hasNoColumns(group) && costs.memory(group, group.width) > room
  return [isTooLarge, hasNoColumns, canBe]
}

/** Throws InvalidArgument if a file places anything, pinned or not, that the model or the file's ranks do not have. */
export function requireShards(plan: Plan, { ranks, shards }: TablePlanFile, tables: OptimizerKind): void {
  checkedShards(tableGroups(plan, tables, []), shards, ranks)
}

/** The shards of a plan in a file, for the engine. Throws InvalidArgument if they are not for this model and job. */
export function shardsOf(
  plan: Plan,
  file: TablePlanFile,
  { ranks, tables }: Pick<PlacementSettings, 'ranks' | 'tables'>,
): TableShard[] {
  if (file.ranks !== ranks) {
    throw new StudioError(
      'InvalidArgument',
      `The plan is for ${file.ranks} ranks, and the job has ${ranks}: start as many, or make another plan.`,
      { field: 'ranks' },
    )
  }
  const groups = tableGroups(plan, tables, [])
  const placed = checkedShards(groups, file.shards, ranks)
  const missing = groups.find((group) => !placed.has(group))
  if (!missing) return [...placed.values()].flat()
  const table = missing.tables[0]?.name ?? ''
  throw new StudioError(
    'InvalidArgument',
    `The plan places the table '${table}' on no rank: complete it with the command plan.`,
    {
      field: table,
    },
  )
}

/** The shards of a job of which no plan was made: for hosts that are alike and have memory for any model. */
export function defaultShards(
  plan: Plan,
  settings: Omit<PlacementSettings, 'hosts' | 'pins' | 'measured'>,
): TableShard[] {
  const hosts = [{ name: '', ...ORDINARY_HOST, slots: settings.ranks }]
  return placeTables(plan, { ...settings, hosts }).shards.map(engineShard)
}

/** What the engine has to know of a shard of a plan. */
export const engineShard = ({
  table,
  rank,
  firstColumn,
  columns,
  firstRow,
  rows,
}: TableShard): TableShard => ({
  table,
  rank,
  firstColumn,
  columns,
  ...(rows !== undefined && { firstRow, rows }),
})

/** A placement of pinned tables alone. Throws InvalidArgument if a host has too little memory for them. */
function withPins(costs: PlacementCosts, pins: ReadonlyMap<TableGroup, readonly TableShard[]>): Placement {
  const placement = new Placement(costs)
  for (let rank = 0; rank < costs.ranks; rank++)
    requireMemory(placement, rank, 'its ranks, even without tables')
  for (const [group, shards] of pins) {
    const [first] = shards
    // Where the rows of a pair are divided, the larger table counts.
    const leading = shards.find(({ rows }) => rows !== undefined)?.table ?? first?.table
    for (const shard of shards) {
      const { table, rank } = shard
      if (table !== leading) continue
      const share = group.by === 'rows' ? group.width * shareOf(group, shard) : shard.columns
      placement.change(group, rank, share)
      requireMemory(placement, rank, `its pinned tables with '${table}'`)
    }
  }
  return placement
}

function requireMemory(placement: Placement, rank: number, subject: string): void {
  const host = placement.costs.hostOf(rank)
  const free = placement.freeOf(host)
  if (free >= 0) return
  throw new StudioError(
    'InvalidArgument',
    `The host ${host.name} has ${formatBytes(host.memoryBytes)}, which is ${formatBytes(-free)} too little for ` +
      `${subject}: use a host with more memory, or place fewer ranks or tables on it.`,
    { field: 'memory' },
  )
}

/** The error for tables that fit nowhere. */
function tooLittleMemory(start: Placement, groups: readonly TableGroup[]): StudioError {
  const { costs } = start
  const hosts = [...new Set(start.loads.map((_, rank) => costs.hostOf(rank)))]
  const bytes = (group: TableGroup) => costs.memory(group, group.width)
  const free = hosts.reduce((sum, host) => sum + start.freeOf(host), 0)
  const missing = groups.reduce((sum, group) => sum + bytes(group), 0) - free
  const remedy = 'Use hosts with more memory, more hosts, an optimizer with less state, or smaller tables.'
  const fail = (problem: string) =>
    new StudioError('InvalidArgument', `${problem} ${remedy}`, { field: 'memory' })
  if (missing > 0) {
    const places = hosts.map((host) => `${host.name} ${formatBytes(start.freeOf(host))}`)
    const listed = places.slice(0, 8).join(', ') + (places.length > 8 ? ` and ${places.length - 8} more` : '')
    return fail(
      `The tables need ${formatBytes(missing)} more memory than the hosts have for them (${listed}).`,
    )
  }
  const whole = groups.filter(
    ({ undividedBecause, rowsUndividedBecause }) =>
      undividedBecause !== null && rowsUndividedBecause !== null,
  )
  const [largest] = whole.sort((one, other) => bytes(other) - bytes(one))
  const [roomiest] = hosts.sort((one, other) => start.freeOf(other) - start.freeOf(one))
  if (largest && roomiest && bytes(largest) > start.freeOf(roomiest)) {
    return fail(
      `The table '${largest.tables[0]?.name ?? ''}' needs ${formatBytes(bytes(largest))} on one host, because ` +
        `${largest.rowsUndividedBecause ?? ''}, and the one with the most memory for it, ${roomiest.name}, has ` +
        `${formatBytes(start.freeOf(roomiest))}: ${formatBytes(bytes(largest) - start.freeOf(roomiest))} are missing.`,
    )
  }
  return fail(
    `The tables that must not be divided, the largest of which is '${largest?.tables[0]?.name ?? ''}' with ` +
      `${formatBytes(largest ? bytes(largest) : 0)}, leave too much room unused on each host.`,
  )
}

function planOf({ groups, pins, placement }: Placed): TablePlan {
  const { costs } = placement
  const shards = groups.flatMap((group) => {
    const pinned = pins.get(group)
    const placed = pinned ?? shardsOfGroup(group, placement.partsOf(group))
    return placed.map((shard) => {
      const table = group.tables.find(({ name }) => name === shard.table)
      return {
        ...shard,
        bytes: Math.round((table?.bytes ?? 0) * shareOf(group, shard)),
        ...(pinned && { pinned: true as const }),
      }
    })
  })
  const slowestRank = placement.slowest()
  const perRank = placement.loads.map((load, rank) => {
    const parts = placement.partsOn(rank).map(([group, columns]) => costs.memory(group, columns))
    return {
      rank,
      host: costs.hostOf(rank).name,
      memoryBytes: Math.round(parts.reduce((sum, bytes) => sum + bytes, costs.baseBytes)),
      lookupsMs: 1000 * costs.lookupsSeconds(rank, load),
      exchangeMs: 1000 * costs.exchangeSeconds(rank, load),
      denseMs: 1000 * costs.denseSeconds(rank),
    }
  })
  return {
    version: 1,
    ranks: costs.ranks,
    shards,
    perRank,
    stepMs: 1000 * placement.seconds(slowestRank),
    slowestRank,
  }
}

/** What a shard has of its table. */
function shareOf({ tables }: TableGroup, { table, columns, rows }: TableShard): number {
  const whole = tables.find(({ name }) => name === table)
  if (!whole) return 0
  return rows === undefined ? columns / whole.width : rows / whole.rows
}

/** Of each table, the columns or rows in the order of the ranks. */
function shardsOfGroup(group: TableGroup, parts: ReadonlyMap<number, number>): TableShard[] {
  const byRank = [...parts].sort(([one], [other]) => one - other)
  return group.tables.flatMap((table) =>
    group.by === 'rows' && byRank.length > 1
      ? rowsOfTable(table, group.width, byRank)
      : columnsOfTable(group, table, byRank),
  )
}

function columnsOfTable(
  group: TableGroup,
  { name, width }: GroupTable,
  byRank: readonly [rank: number, part: number][],
): TableShard[] {
  let next = 0
  return byRank.map(([rank, part]) => {
    const columns = partOf(group, width, part)
    const firstColumn = next
    next += columns
    return { table: name, rank, firstColumn, columns }
  })
}

/** A small table of a pair has fewer rows than there are ranges, and then no rows on some ranks. */
function rowsOfTable(
  { name, width, rows }: GroupTable,
  ranges: number,
  byRank: readonly [rank: number, part: number][],
): TableShard[] {
  const edge = (range: number) => Math.floor((range * rows) / ranges)
  let next = 0
  const shards = byRank.map(([rank, part]) => {
    const firstRow = edge(next)
    next += part
    return { table: name, rank, firstColumn: 0, columns: width, firstRow, rows: edge(next) - firstRow }
  })
  const filled = shards.filter((shard) => shard.rows > 0)
  const [only] = filled
  return filled.length === 1 && only
    ? [{ table: name, rank: only.rank, firstColumn: 0, columns: width }]
    : filled
}
