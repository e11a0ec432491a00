/** How long a rank works and exchanges in a step, and how much memory it takes, by the tables that it has. */
import {
  operationCosts,
  operationSize,
  optimizerBytes,
  sumCosts,
  trainableValues,
} from '../../model/costs.ts'
import type { OptimizerKind } from '../../model/costs.ts'
import { isLookup } from '../../model/kinds/embedding-lowering.ts'
import { FLOAT_BYTES } from '../../model/kinds/operation.ts'
import { trainingMemory } from '../../model/memory.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { Host } from './hosts.ts'
import type { TableGroup } from './table-groups.ts'

const CACHE_LINE_BYTES = 64
/** Bytes of an index and of its place in the order of rows, which an update sorts. */
const INDEX_BYTES = 16
/** What reading a row again within a batch costs, compared with the first time, because it is in the cache. */
const CACHED = 1 / 8
/** A pooled row and its gradient wait on the rank of the table until they are exchanged. */
const EXCHANGED_VALUES = 2

/** Values of optimizer state for a value of a row. State that a row has only once takes a cache line. */
const stateValues: Record<OptimizerKind, number> = { sgd: 0, adagrad: 1, rowWiseAdagrad: 0, adam: 2 }

export interface CostSettings {
  /** The host of each rank. */
  hosts: readonly Host[]
  tables: OptimizerKind
  dense: OptimizerKind
  batchSize: number
  /** Measured milliseconds of a step of one process with all cores of the host, in place of estimates. */
  measured?: MeasuredStep
}

export interface MeasuredStep {
  /** Lookups and updates of all tables for a whole batch. */
  lookupsMs: number
  /** Everything else, for the rows that one rank has of the batch. */
  denseMs: number
}

/** What a rank has: the sum of what its parts of tables cost. */
export interface RankLoad {
  /** Bytes that lookups and updates read and write in a step. */
  traffic: number
  /** The width of the pooled rows that it sends. */
  columns: number
}

export class PlacementCosts {
  readonly ranks: number
  readonly #hosts: readonly Host[]
  /** For each rank. */
  readonly #sharing: number[]
  readonly #settings: CostSettings
  readonly #bytesPerTraffic: number
  readonly #trafficOfGroups = new Map<TableGroup, Map<number, number>>()
  readonly #allColumns: number
  readonly #denseFlops: number
  readonly #denseBytes: number
  /** Of a rank without tables. */
  readonly baseBytes: number

  constructor(plan: Plan, groups: readonly TableGroup[], settings: CostSettings) {
    const { hosts, batchSize, measured } = settings
    this.#settings = settings
    this.#hosts = hosts
    this.ranks = hosts.length
    const counts = new Map<Host, number>()
    for (const host of hosts) counts.set(host, (counts.get(host) ?? 0) + 1)
    this.#sharing = hosts.map((host) => counts.get(host) ?? 1)
    this.#allColumns = groups.reduce((sum, group) => sum + this.columns(group, group.width), 0)
    const dense = optimizerBytes(plan.parameters.filter(({ kind }) => kind === 'dense'))
    this.#denseBytes = dense.sgd
    this.#denseFlops = denseFlops(plan) * this.rowsOfRank
    const memory = trainingMemory(plan, {
      backend: 'native',
      tables: settings.tables,
      dense: settings.dense,
      batchSize: Math.ceil(batchSize / this.ranks),
    })
    this.baseBytes = memory.program + memory.batch + dense[settings.dense]
    const estimate = groups.reduce((sum, group) => sum + this.traffic(group, group.width), 0)
    const bandwidth = hosts[0]?.memoryBandwidth ?? 1
    this.#bytesPerTraffic =
      measured && estimate > 0 ? (measured.lookupsMs / 1000) * (bandwidth / estimate) : 1
  }

  get rowsOfRank(): number {
    return this.#settings.batchSize / this.ranks
  }

  hostOf(rank: number): Host {
    const host = this.#hosts[rank]
    if (!host) throw new Error(`There is no rank ${rank}.`)
    return host
  }

  /** The width of the pooled rows of a part of a group that has `columns` of its columns. */
  columns(group: TableGroup, columns: number): number {
    return group.tables.reduce((sum, { bags, width }) => sum + bags * partOf(group, width, columns), 0)
  }

  /** Bytes of a part's parameters, optimizer state, and pooled rows that wait for the exchange. */
  memory(group: TableGroup, columns: number): number {
    const waiting = EXCHANGED_VALUES * FLOAT_BYTES * this.#settings.batchSize * this.columns(group, columns)
    return waiting + group.tables.reduce((sum, { bytes }) => sum + partOf(group, bytes, columns), 0)
  }

  /** Bytes that lookups and updates of a part read and write in a step. */
  traffic(group: TableGroup, columns: number): number {
    if (columns === 0) return 0
    const known = this.#trafficOfGroups.get(group) ?? new Map<number, number>()
    this.#trafficOfGroups.set(group, known)
    const before = known.get(columns)
    if (before !== undefined) return before
    const { tables: optimizer, batchSize } = this.#settings
    let sum = 0
    for (const { rows, width, lookups, bags } of group.tables) {
      const row = FLOAT_BYTES * partOf(group, width, columns)
      const lines = CACHE_LINE_BYTES * Math.ceil(row / CACHE_LINE_BYTES)
      const reads = batchSize * lookups
      // The expected number of distinct rows of uniform draws with replacement.
      const distinct = rows * -Math.expm1(-reads / Math.max(1, rows))
      const state = stateValues[optimizer] * lines + (optimizer === 'rowWiseAdagrad' ? CACHE_LINE_BYTES : 0)
      const forward = (distinct + CACHED * (reads - distinct)) * lines + batchSize * bags * row
      sum += forward + batchSize * bags * row + reads * INDEX_BYTES + 2 * distinct * (lines + state)
    }
    known.set(columns, sum)
    return sum
  }

  lookupsSeconds(rank: number, { traffic }: RankLoad): number {
    const own = this.hostOf(rank).memoryBandwidth / this.#shareOf(rank)
    return (traffic * this.#bytesPerTraffic) / own
  }

  /** Pooled rows go out and in, then their gradients in and out; the gradients of dense parameters are summed. */
  exchangeSeconds(rank: number, { columns }: RankLoad): number {
    if (this.ranks === 1) return 0
    const host = this.hostOf(rank)
    const sharing = this.#shareOf(rank)
    const others = this.ranks - 1
    const remote = (this.ranks - sharing) / others
    const secondsPerByte =
      (remote * sharing) / host.networkBandwidth + (1 - remote) * ((2 * sharing) / host.memoryBandwidth)
    const rows = this.rowsOfRank
    const sent = FLOAT_BYTES * rows * others * columns
    const received = FLOAT_BYTES * rows * (this.#allColumns - columns)
    const reduced = (2 * others * this.#denseBytes) / this.ranks
    const rounds = 4 * Math.ceil(Math.log2(this.ranks)) * (remote > 0 ? host.networkLatency : 0)
    return rounds + secondsPerByte * (2 * Math.max(sent, received) + reduced)
  }

  denseSeconds(rank: number): number {
    const { measured } = this.#settings
    const sharing = this.#shareOf(rank)
    if (measured) return (measured.denseMs / 1000) * sharing
    return (this.#denseFlops * sharing) / this.hostOf(rank).flops
  }

  /** How long a rank takes for a step, if nothing is hidden behind anything. */
  seconds(rank: number, load: RankLoad): number {
    return this.lookupsSeconds(rank, load) + this.exchangeSeconds(rank, load) + this.denseSeconds(rank)
  }

  /** The number of ranks on a rank's host. */
  #shareOf(rank: number): number {
    return this.#sharing[rank] ?? 1
  }
}

/** What `columns` of a group's columns have of `whole`, which all of them have. */
export const partOf = (group: TableGroup, whole: number, columns: number): number =>
  columns === group.width ? whole : (whole * columns) / group.width

/** Of a training step, for one sample. */
function denseFlops(plan: Plan): number {
  const trainable = trainableValues(plan.operations)
  const costs = plan.operations
    .filter((operation) => !isLookup(operation))
    .map((operation) => operationCosts(operation, operationSize(operation, plan.values, trainable)))
  return sumCosts(costs).flops.training
}
