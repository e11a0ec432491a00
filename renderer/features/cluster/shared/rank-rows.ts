/** What the picture of a job draws: its hosts, their ranks with parts of tables, and where the time of a step goes. */
import type { JobTimes, PlanAnswer, RankTime } from '../../../../main/contract/cluster.ts'
import { partOfTable, type PlannedRank, type TablePlan } from '../../../../main/contract/table-plan.ts'
import { maximumOf } from '../../../../main/model/extremes.ts'
import { formatBytes, formatExact } from '../../../platform/units.ts'
import { formatMilliseconds } from '../../models/shared/step-time/time-text.ts'

/** The parts of a step, in the order of the bars. Exchanges are those that computation waits for. */
export const stepParts = {
  lookups: 'Lookups and updates',
  dense: 'Everything else',
  compute: 'Computation',
  exchange: 'Exchanges',
  pooledRows: 'Exchange of pooled rows',
  pooledGradients: 'Exchange of their gradients',
  denseGradients: 'Sum of dense gradients',
  other: 'Losses and requests',
  waiting: 'Waiting for a slower rank',
} as const
export type StepPart = keyof typeof stepParts

export interface Segment {
  part: StepPart
  ms: number
}

export interface RankTiming {
  segments: Segment[]
  /** All but the waiting. */
  busyMs: number
  totalMs: number
}

/** A part of a table on a rank, or its small ones together. */
export interface Block {
  key: string
  /** null for small tables together. */
  table: string | null
  bytes: number
  /** Of the strip's width, 0 to 1. */
  width: number
  text: string
  pinned: boolean
  divided: boolean
}

export interface RankRow {
  rank: number
  blocks: Block[]
  tables: number
  /** Of the whole process; null if nobody knows. */
  memoryBytes: number | null
  timing: RankTiming | null
  measured: RankTiming | null
  measuredMemoryBytes: number | null
}

export interface HostRows {
  name: string
  memoryBytes: number | null
  usedBytes: number
  rows: RankRow[]
}

/** Tables narrower than this share of a strip are drawn together. */
const NARROWEST = 0.006

const sumOf = (segments: readonly Segment[]) => segments.reduce((sum, { ms }) => sum + ms, 0)

function timing(segments: Segment[], waitingMs: number): RankTiming {
  const busyMs = sumOf(segments)
  const waiting: Segment = { part: 'waiting', ms: Math.max(0, waitingMs) }
  return { segments: [...segments, waiting], busyMs, totalMs: busyMs + waiting.ms }
}

const plannedTiming = ({ lookupsMs, exchangeMs, denseMs }: PlannedRank, stepMs: number): RankTiming =>
  timing(
    [
      { part: 'lookups', ms: lookupsMs },
      { part: 'dense', ms: denseMs },
      { part: 'exchange', ms: exchangeMs },
    ],
    stepMs - lookupsMs - exchangeMs - denseMs,
  )

/**
 * What each rank measured. A rank waits in an exchange for its bytes and for ranks that have not come yet. The least that
 * any rank waits counts as the exchange itself, and the rest as waiting for slower ranks.
 */
export function measuredTimings({ ranks }: JobTimes): RankTiming[] {
  const least = new Map<string, number>()
  for (const { exchanges } of ranks) {
    for (const { name, waitedMs } of exchanges)
      least.set(name, Math.min(least.get(name) ?? Infinity, waitedMs))
  }
  return ranks.map(({ msPerStep, exchanges }) => {
    const waited = exchanges.reduce((sum, { waitedMs }) => sum + waitedMs, 0)
    const own = exchanges.map(({ name }) => ({ part: name, ms: least.get(name) ?? 0 }))
    return timing([{ part: 'compute', ms: Math.max(0, msPerStep - waited) }, ...own], waited - sumOf(own))
  })
}

/** The rank that computes longest, for which the others wait. */
export function slowestOf(timings: readonly RankTiming[]): number {
  const most = maximumOf(timings.map(({ busyMs }) => busyMs))
  return Math.max(
    0,
    timings.findIndex(({ busyMs }) => busyMs === most),
  )
}

function blocksOf(shards: TablePlan['shards'], widest: number, divided: ReadonlySet<string>): Block[] {
  const width = (bytes: number) => (widest > 0 ? bytes / widest : 0)
  const sorted = shards.toSorted((one, other) => other.bytes - one.bytes)
  // A pinned table can always be seen.
  const drawn = sorted.filter(({ bytes, pinned }) => width(bytes) >= NARROWEST || pinned)
  const small = sorted.filter((shard) => !drawn.includes(shard))
  const smallBytes = small.reduce((sum, { bytes }) => sum + bytes, 0)
  const blocks = drawn.map((shard): Block => ({
    key: `${shard.table} ${partOfTable(shard)}`,
    table: shard.table,
    bytes: shard.bytes,
    width: width(shard.bytes),
    text: [
      shard.table,
      ...(divided.has(shard.table) ? [partOfTable(shard)] : []),
      formatBytes(shard.bytes),
      ...(shard.pinned ? ['pinned'] : []),
    ].join(', '),
    pinned: shard.pinned === true,
    divided: divided.has(shard.table),
  }))
  if (small.length === 0) return blocks
  const names = small.slice(0, 6).map(({ table }) => table)
  const text =
    `${formatExact(small.length)} small ${small.length === 1 ? 'table' : 'tables'}, ` +
    `${formatBytes(smallBytes)}: ${names.join(', ')}${small.length > names.length ? ', …' : ''}`
  const together = { key: 'small', table: null, pinned: false, divided: false, text }
  return [...blocks, { ...together, bytes: smallBytes, width: width(smallBytes) }]
}

export function tableParts(shards: TablePlan['shards']): Map<string, TablePlan['shards']> {
  return Map.groupBy(shards, ({ table }) => table)
}

/** The hosts with their ranks, in their order. */
export function hostRows({ plan, hosts }: PlanAnswer, measured: JobTimes | null): HostRows[] {
  const divided = new Set(
    [...tableParts(plan.shards)].filter(([, parts]) => parts.length > 1).map(([table]) => table),
  )
  const byRank = Map.groupBy(plan.shards, ({ rank }) => rank)
  const bytesOn = (rank: number) => (byRank.get(rank) ?? []).reduce((sum, { bytes }) => sum + bytes, 0)
  const widest = maximumOf(plan.perRank.map(({ rank }) => bytesOn(rank)))
  const timings = measured ? measuredTimings(measured) : []
  const rows = plan.perRank.map((planned): RankRow & { host: string } => {
    const shards = byRank.get(planned.rank) ?? []
    const of: RankTime | undefined = measured?.ranks[planned.rank]
    return {
      host: planned.host,
      rank: planned.rank,
      blocks: blocksOf(shards, widest, divided),
      tables: new Set(shards.map(({ table }) => table)).size,
      memoryBytes: planned.memoryBytes,
      timing: plannedTiming(planned, plan.stepMs),
      measured: timings[planned.rank] ?? null,
      measuredMemoryBytes: of?.memoryBytes ?? null,
    }
  })
  return [...Map.groupBy(rows, ({ host }) => host)].map(([name, own]) => ({
    name,
    memoryBytes: hosts.find((host) => host.name === name)?.memoryBytes ?? null,
    usedBytes: own.reduce((sum, { memoryBytes }) => sum + (memoryBytes ?? 0), 0),
    rows: own,
  }))
}

/** A shorter wait than this share of a step is not worth a word. */
const NOTICED = 0.005

/** A sentence about a step, for people who hear the picture as for those who see it. */
export function stepSentence(timings: readonly RankTiming[], hostOf: (rank: number) => string): string {
  const slowest = slowestOf(timings)
  const stepMs = maximumOf(timings.map(({ totalMs }) => totalMs))
  const step = `A step takes ${formatMilliseconds(stepMs)}.`
  if (timings.length === 1) return step
  const waits = timings.map(({ totalMs, busyMs }) => totalMs - busyMs)
  const most = maximumOf(waits)
  if (most < NOTICED * stepMs) return `${step} All ranks take about as long.`
  return (
    `${step} The others wait for rank ${slowest} on ${hostOf(slowest)}: ` +
    `rank ${waits.indexOf(most)} the longest, ${formatMilliseconds(most)} in a step.`
  )
}

/** A bar in words. */
export const timingText = ({ segments, totalMs }: RankTiming): string =>
  [
    formatMilliseconds(totalMs),
    ...segments
      .filter(({ ms }) => ms > 0)
      .map(({ part, ms }) => `${stepParts[part]} ${formatMilliseconds(ms)}`),
  ].join(', ')
