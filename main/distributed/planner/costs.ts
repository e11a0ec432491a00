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
import { EVALUATION_ROWS, trainingMemory } from '../../model/memory.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { Host } from './hosts.ts'
import type { TableGroup } from './table-groups.ts'

const CACHE_LINE_BYTES = 64
/** Bytes of an index and of its place in the order of rows, which an update sorts. */
const INDEX_BYTES = 16
/** Traffic that takes as long as what has to be done for a part of a table, however small: about a microsecond. */
const PART_BYTES = 20_000
/** What reading a row again within a batch costs, compared with the first time, because it is in the cache. */
const CACHED = 1 / 8
/** Measured on Linux: what MPI, and working with large tables, add to the process of a rank. */
const JOB_BYTES = 60e6

/** Messages that wait for each other in a step, for each doubling of the ranks. */
const ROUNDS = 4

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

/** What does not change while tables are placed. */
interface RankFacts {
  host: Host
  /** Seconds for a byte of traffic. */
  lookup: number
  /** Seconds for a byte that is exchanged. */
  exchange: number
  /** Seconds of exchanges, whatever tables the rank has: latencies, and gradients of dense parameters. */
  everyExchange: number
  dense: number
}

export class PlacementCosts {
  readonly ranks: number
  /** Of a rank without tables. */
  readonly baseBytes: number
  readonly #facts: RankFacts[]
  readonly #settings: CostSettings
  readonly #trafficOfGroups = new Map<TableGroup, Map<number, number>>()
  readonly #allColumns: number

  constructor(plan: Plan, groups: readonly TableGroup[], settings: CostSettings) {
    const { hosts, batchSize, measured } = settings
    this.#settings = settings
    this.ranks = hosts.length
    this.#allColumns = groups.reduce((sum, group) => sum + this.columns(group, group.width), 0)
    const dense = optimizerBytes(plan.parameters.filter(({ kind }) => kind === 'dense'))
    const rows = batchSize / this.ranks
    const memory = trainingMemory(plan, {
      backend: 'native',
      tables: settings.tables,
      dense: settings.dense,
      batchSize: Math.ceil(rows),
    })
    this.baseBytes = JOB_BYTES + memory.program + memory.batch + dense[settings.dense]
    const traffic = groups.reduce((sum, group) => sum + this.traffic(group, group.width), 0)
    const flops = denseFlops(plan) * rows
    const others = this.ranks - 1
    const reduced = (2 * others * dense.sgd) / this.ranks
    const rounds = ROUNDS * Math.ceil(Math.log2(this.ranks))
    const ranksOn = new Map<Host, number>()
    for (const host of hosts) ranksOn.set(host, (ranksOn.get(host) ?? 0) + 1)
    this.#facts = hosts.map((host) => {
      const sharing = ranksOn.get(host) ?? 1
      const remote = others === 0 ? 0 : (this.ranks - sharing) / others
      // Within a host a message is written and read.
      const exchange =
        (remote * sharing) / host.networkBandwidth + ((1 - remote) * 2 * sharing) / host.memoryBandwidth
      const latency = remote > 0 ? host.networkLatency : 0
      return {
        host,
        lookup: measured ? (measured.lookupsMs * sharing) / 1000 / traffic : sharing / host.memoryBandwidth,
        exchange,
        everyExchange: rounds * latency + exchange * reduced,
        dense: measured ? (measured.denseMs * sharing) / 1000 : (flops * sharing) / host.flops,
      }
    })
  }

  hostOf(rank: number): Host {
    return this.#factsOf(rank).host
  }

  /**
   * The width of what is exchanged for a sample, for a part of a group that has `columns` of its columns or ranges of rows:
   * pooled rows; or the single rows that the part has, and gradients of the bags that read them.
   */
  columns(group: TableGroup, columns: number): number {
    return group.tables.reduce((sum, { bags, lookups, width }) => {
      if (group.by === 'columns' || columns === group.width) return sum + bags * partOf(group, width, columns)
      const read = partOf(group, lookups, columns)
      return sum + (width * (read + Math.min(bags, read))) / 2
    }, 0)
  }

  /** Bytes of a part's parameters, optimizer state, and pooled rows that wait for the exchange. */
  memory(group: TableGroup, columns: number): number {
    // A pooled row and, in training, its gradient wait on the rank of the table until they are exchanged.
    const waitingRows = Math.max(2 * this.#settings.batchSize, EVALUATION_ROWS)
    const waiting = FLOAT_BYTES * waitingRows * this.columns(group, columns)
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
    const byRows = group.by === 'rows' && columns < group.width
    let sum = 0
    for (const table of group.tables) {
      // Lookups are taken to spread over all rows alike.
      const [rows, lookups] = byRows
        ? [partOf(group, table.rows, columns), partOf(group, table.lookups, columns)]
        : [table.rows, table.lookups]
      const bags = byRows ? Math.min(table.bags, lookups) : table.bags
      const row = FLOAT_BYTES * (byRows ? table.width : partOf(group, table.width, columns))
      const lines = CACHE_LINE_BYTES * Math.ceil(row / CACHE_LINE_BYTES)
      const reads = batchSize * lookups
      // The expected number of distinct rows of uniform draws with replacement.
      const distinct = rows * -Math.expm1(-reads / Math.max(1, rows))
      const state = stateValues[optimizer] * lines + (optimizer === 'rowWiseAdagrad' ? CACHE_LINE_BYTES : 0)
      const written = byRows ? reads : batchSize * bags
      const forward = (distinct + CACHED * (reads - distinct)) * lines + written * row
      sum +=
        PART_BYTES + forward + batchSize * bags * row + reads * INDEX_BYTES + 2 * distinct * (lines + state)
    }
    known.set(columns, sum)
    return sum
  }

  lookupsSeconds(rank: number, { traffic }: RankLoad): number {
    return this.#factsOf(rank).lookup * traffic
  }

  /** Pooled rows go out and in, then their gradients in and out; the gradients of dense parameters are summed. */
  exchangeSeconds(rank: number, { columns }: RankLoad): number {
    if (this.ranks === 1) return 0
    const { exchange, everyExchange } = this.#factsOf(rank)
    const rows = this.#settings.batchSize / this.ranks
    const values = Math.max((this.ranks - 1) * columns, this.#allColumns - columns)
    return everyExchange + exchange * 2 * FLOAT_BYTES * rows * values
  }

  denseSeconds(rank: number): number {
    return this.#factsOf(rank).dense
  }

  /** How long a rank takes for a step, if nothing is hidden behind anything. */
  seconds(rank: number, load: RankLoad): number {
    return this.lookupsSeconds(rank, load) + this.exchangeSeconds(rank, load) + this.denseSeconds(rank)
  }

  #factsOf(rank: number): RankFacts {
    const facts = this.#facts[rank]
    if (!facts) throw new Error(`There is no rank ${rank}.`)
    return facts
  }
}

/** What `columns` of a group's columns or ranges of rows have of `whole`, which all of them have. */
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
