/**
 * Predicts the steps of jobs that nobody has run: strong scaling, where more ranks divide the same batch, and weak scaling,
 * where each rank has the same number of samples.
 */
import { StudioError } from '../../contract/errors.ts'
import type { Rehearsal, RehearsalSettings, RehearsedHost, RehearsedStep } from '../../contract/rehearsal.ts'
import type { TablePlan } from '../../contract/table-plan.ts'
import { maximumOf } from '../../model/extremes.ts'
import { isLookup } from '../../model/kinds/embedding-lowering.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { Host } from '../planner/hosts.ts'
import { placeTables } from '../planner/place-tables.ts'
import { bottleneckOf } from './bottleneck.ts'
import { pooledCost, sumCost } from './exchange-costs.ts'
import { RankMachine, type KnownMachine } from './machine.ts'
import { layerSeconds, tableSeconds, type StepShape, type TableSeconds } from './rank-work.ts'
import { playSteps } from './timeline.ts'

/** A model on data. */
export interface Workload {
  plan: Plan
  /** The mean number of indices in a sample, for each of the plan's sparse columns. */
  lookups: readonly number[]
  /** The samples of an epoch. */
  samples: number
}

/** Steps by the number of ranks. */
export type RehearsedScalings = Pick<Rehearsal, 'strong' | 'weak'>

/**
 * For each number of ranks. Throws InvalidArgument for numbers of ranks in no order, or more than once, and for a table that
 * cannot be placed whatever memory the hosts have.
 */
export function rehearse(
  workload: Workload,
  settings: RehearsalSettings,
  known: KnownMachine,
): RehearsedScalings {
  const { ranks, host, strongBatchSize, weakBatchSize } = settings
  const repeated = ranks.find((each, index) => ranks.indexOf(each) !== index)
  if (repeated !== undefined) {
    throw new StudioError(
      'InvalidArgument',
      `The number of ranks ${repeated} is given twice: leave one out.`,
      {
        field: 'ranks',
      },
    )
  }
  const machine = new RankMachine(known, host)
  const counts = [...ranks].sort((one, other) => one - other)
  const placed = counts.map((count) => ({ count, ...placementOf(workload, settings, count) }))
  const steps = (batchOf: (count: number) => number) =>
    withEfficiency(
      placed.map(({ count, plan, missingBytes }) =>
        rehearsedStep(workload, settings, machine, { plan, missingBytes, batchSize: batchOf(count) }),
      ),
    )
  return { strong: steps(() => strongBatchSize), weak: steps((count) => count * weakBatchSize) }
}

interface Placed {
  plan: TablePlan
  missingBytes: number
}

/** As the planner places tables on hosts of this kind; on hosts with enough memory where theirs is too little. */
function placementOf(
  { plan, lookups }: Workload,
  { host, optimizer, strongBatchSize }: RehearsalSettings,
  ranks: number,
): Placed {
  const place = (memoryBytes: number | null) =>
    placeTables(plan, {
      ranks,
      hosts: hostsOf(host, ranks, memoryBytes),
      tables: optimizer,
      dense: optimizer,
      batchSize: strongBatchSize,
      lookups,
      quick: true,
    })
  if (host.memoryBytes === null) return { plan: place(null), missingBytes: 0 }
  const withEnough = place(null)
  const most = maximumOf(memoryOfHosts(withEnough).values())
  if (most <= host.memoryBytes) return { plan: withEnough, missingBytes: 0 }
  try {
    return { plan: place(host.memoryBytes), missingBytes: 0 }
  } catch (error) {
    if (!(error instanceof StudioError) || error.data.field !== 'memory') throw error
    return { plan: withEnough, missingBytes: most - host.memoryBytes }
  }
}

function hostsOf(host: RehearsedHost, ranks: number, memoryBytes: number | null): Host[] {
  const { ranksPerHost, networkBandwidth, networkLatency } = host
  return Array.from({ length: Math.ceil(ranks / ranksPerHost) }, (_, index) => ({
    name: `host${index}`,
    slots: ranksPerHost,
    memoryBytes,
    memoryBandwidth: host.memoryBandwidth ?? PLANNED_BANDWIDTH * host.cores,
    flops: host.flops ?? PLANNED_FLOPS * host.cores,
    networkBandwidth,
    networkLatency,
  }))
}

/** Of a core, where the host's are not known. They only weigh tables against each other. */
const PLANNED_BANDWIDTH = 10e9
const PLANNED_FLOPS = 50e9

function memoryOfHosts({ perRank }: TablePlan): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { host, memoryBytes } of perRank) sums.set(host, (sums.get(host) ?? 0) + memoryBytes)
  return sums
}

function rehearsedStep(
  { plan, lookups, samples }: Workload,
  { host, optimizer, exchange }: RehearsalSettings,
  machine: RankMachine,
  { plan: placed, missingBytes, batchSize }: Placed & { batchSize: number },
): RehearsedStep {
  const { ranks } = placed
  const shape: StepShape = { ranks, batchSize, optimizer, lookups, samples }
  const parts = partsOfRanks(plan, placed)
  const layers = layerSeconds(plan, machine, shape)
  const bags = bagsOfTables(plan)
  const columnsOf = (own: readonly TablePart[]) =>
    own.reduce((sum, { table, columns }) => sum + columns * (bags.get(table) ?? 1), 0)
  const pooled = pooledCost(
    machine,
    {
      ranks,
      columns: Float64Array.from(parts, columnsOf),
      parts: parts.flatMap((own, rank) => own.map(({ columns }) => ({ rank, columns }))),
      rows: Math.ceil(batchSize / ranks),
    },
    exchange,
  )
  const tables = secondsOfRanks(parts, (own) => tableSeconds(plan, machine, own, shape))
  const sum = (values: number) => sumCost(machine, ranks, values)
  const played = playSteps({
    layers,
    tables,
    pooled,
    loss: sum(1),
    sum,
    takenShare: machine.takenShare,
    // A single rank exchanges nothing.
    slowdown: ranks > 1 ? machine.slowdown : 1,
  })
  const milliseconds = (seconds: number) => 1000 * seconds
  const slowest = tables[played.slowestRank]
  const memoryBytes = placed.perRank.reduce((most, each) => Math.max(most, each.memoryBytes), 0)
  const waited = played.exchanges > 0 ? played.waitedFor / played.exchanges : 0
  return {
    ranks,
    hosts: Math.ceil(ranks / host.ranksPerHost),
    batchSize,
    stepMs: milliseconds(played.step),
    samplesPerSecond: batchSize / played.step,
    efficiency: 1,
    computeMs: milliseconds(played.compute),
    allToAllMs: milliseconds(played.allToAll),
    allReduceMs: milliseconds(played.allReduce),
    waitingMs: milliseconds(played.waiting),
    exchangesMs: milliseconds(played.exchanges),
    hiddenShare: played.exchanges > 0 ? Math.min(1, Math.max(0, 1 - waited)) : 0,
    bottleneck: bottleneckOf({
      played,
      missingBytes,
      lookups: slowest ? slowest.forward + slowest.collect + slowest.update : 0,
      overhead: layers.overhead,
      pooled,
      sums: layers.backward.map(({ bucketValues }) => sum(bucketValues)),
      ranks,
    }),
    slowestRank: played.slowestRank,
    slowestComputeMs: milliseconds(played.slowestCompute),
    memoryBytes,
    missingBytes,
  }
}

interface TablePart {
  /** The parameter. */
  table: number
  columns: number
}

function partsOfRanks(plan: Plan, { ranks, shards }: TablePlan): TablePart[][] {
  const indices = new Map(plan.parameters.map(({ name }, index) => [name, index]))
  const parts: TablePart[][] = Array.from({ length: ranks }, () => [])
  for (const { table, rank, columns } of shards) {
    const index = indices.get(table)
    if (index !== undefined) parts[rank]?.push({ table: index, columns })
  }
  return parts
}

/** For each table, how many pooled rows of it a sample has. */
function bagsOfTables(plan: Plan): Map<number, number> {
  const bags = new Map<number, number>()
  for (const { table } of plan.operations.filter(isLookup)) bags.set(table, (bags.get(table) ?? 0) + 1)
  return bags
}

/** Most of many ranks have the same parts, of which the times are worked out once. */
function secondsOfRanks(
  parts: readonly TablePart[][],
  secondsOf: (parts: readonly TablePart[]) => TableSeconds,
): TableSeconds[] {
  const known = new Map<string, TableSeconds>()
  return parts.map((own) => {
    const key = own.map(({ table, columns }) => `${table}:${columns}`).join(' ')
    const seconds = known.get(key) ?? secondsOf(own)
    known.set(key, seconds)
    return seconds
  })
}

function withEfficiency(steps: RehearsedStep[]): RehearsedStep[] {
  const first = steps.find(({ missingBytes }) => missingBytes === 0) ?? steps[0]
  if (!first) return steps
  const ofARank = ({ samplesPerSecond, ranks }: RehearsedStep) => samplesPerSecond / ranks
  return steps.map((step) => ({ ...step, efficiency: ofARank(step) / ofARank(first) }))
}
