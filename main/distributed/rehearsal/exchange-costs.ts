/**
 * Alpha-beta costs of the exchanges as they are implemented (native/ranks, native/mpi): a message takes a latency and a
 * time for each byte, and messages of the ranks of a host share its network.
 */
import type { RankExchange } from '../../contract/rank-exchange.ts'
import { FLOAT_BYTES } from '../../model/kinds/operation.ts'
import type { RankMachine } from './machine.ts'

/** Seconds of an exchange in which all ranks take part, once all have begun it. */
export interface ExchangeCost {
  seconds: number
  /** The part that would remain if messages were empty. */
  latencySeconds: number
  /** Processor time of a rank. */
  processorSeconds: number
}

/** Up to this many values, whole vectors are summed in half as many rounds (native/ranks/src/tree_sum.rs). */
const SMALL_SUM = 4096
/** A larger message between hosts is announced first, and the announcement answered (main/distributed/join-job.ts). */
const EAGER_BYTES = 4 * 1024 * 1024

export const NO_COST: ExchangeCost = { seconds: 0, latencySeconds: 0, processorSeconds: 0 }

function sumOf(costs: readonly ExchangeCost[]): ExchangeCost {
  return costs.reduce(
    (sum, each) => ({
      seconds: sum.seconds + each.seconds,
      latencySeconds: sum.latencySeconds + each.latencySeconds,
      processorSeconds: sum.processorSeconds + each.processorSeconds,
    }),
    NO_COST,
  )
}

export interface RankLayout {
  ranks: number
  /** Columns of pooled rows that each rank has. */
  columns: Float64Array
  /** Widths of the parts of tables, with their rank, for exchanges table by table. */
  parts: readonly { rank: number; columns: number }[]
  /** Samples of each rank. */
  rows: number
}

/** Pooled rows to the ranks of the samples; their gradients take as long on the way back. */
export function pooledCost(machine: RankMachine, layout: RankLayout, exchange: RankExchange): ExchangeCost {
  if (layout.ranks === 1) return NO_COST
  const call = callCost(machine)
  if (exchange === 'all-to-all') return sumOf([call, allToAllCost(machine, layout)])
  const roots =
    exchange === 'scatter' ? layout.parts : [...layout.columns].map((columns, rank) => ({ rank, columns }))
  return sumOf([call, ...roots.map(({ columns }) => scatterCost(machine, layout, columns))])
}

function callCost({ exchanges }: RankMachine): ExchangeCost {
  return { seconds: exchanges.callSeconds, latencySeconds: exchanges.callSeconds, processorSeconds: 0 }
}

/** All messages are under way at once. */
function allToAllCost(machine: RankMachine, { ranks, columns, rows }: RankLayout): ExchangeCost {
  const { host, exchanges, between } = machine
  const { ranksPerHost } = host
  const row = FLOAT_BYTES * rows
  const all = columns.reduce((sum, each) => sum + each, 0)
  const senders = columns.reduce((sum, each) => sum + (each > 0 ? 1 : 0), 0)
  let within = 0
  let wire = 0
  let local = 0
  for (let first = 0; first < ranks; first += ranksPerHost) {
    const own = columns.subarray(first, Math.min(ranks, first + ranksPerHost))
    const onHost = own.reduce((sum, each) => sum + each, 0)
    const away = ranks - own.length
    wire = Math.max(wire, onHost * row * away, (all - onHost) * row * own.length)
    for (const each of own) {
      within = Math.max(within, each * row * (own.length - 1), (onHost - each) * row)
      local = Math.max(local, each * row * away + (all - onHost) * row)
    }
  }
  const network = wire / host.networkBandwidth
  const onHost = Math.min(ranks, ranksPerHost) - 1
  const away = Math.max(ranks - 1, senders) - onHost
  const messages = onHost * exchanges.messageSeconds + away * between.messageSeconds
  const copied = exchanges.byteSeconds * within + between.byteSeconds * local
  const latency = ranks > ranksPerHost ? roundTrip(machine, wire / Math.max(1, ranks - 1)) : 0
  return {
    seconds: latency + messages + Math.max(copied, network),
    latencySeconds: latency + messages,
    processorSeconds: messages + copied,
  }
}

/** From one rank to all others, whose messages leave its host one after the other. */
function scatterCost(machine: RankMachine, { ranks, rows }: RankLayout, columns: number): ExchangeCost {
  const { host, exchanges, between } = machine
  if (columns === 0) return NO_COST
  const message = FLOAT_BYTES * rows * columns
  const within = Math.min(ranks, host.ranksPerHost) - 1
  const away = ranks - 1 - within
  const messages = exchanges.messageSeconds * within + between.messageSeconds * away
  const latency = (away > 0 ? roundTrip(machine, message) : 0) + messages
  const copied = message * (exchanges.byteSeconds * within + between.byteSeconds * away)
  return {
    seconds: latency + Math.max(copied, (message * away) / host.networkBandwidth),
    latencySeconds: latency,
    // The receivers copy only what is for them.
    processorSeconds: (messages + copied) / (ranks - 1),
  }
}

/** Until a message between hosts has arrived, without its bytes. */
function roundTrip({ host }: RankMachine, bytes: number): number {
  return host.networkLatency * (bytes > EAGER_BYTES ? 3 : 1)
}

/** The sum of `values` numbers over all ranks, on every rank. */
export function sumCost(machine: RankMachine, ranks: number, values: number): ExchangeCost {
  if (ranks === 1) return NO_COST
  const powerOfTwo = Number.isInteger(Math.log2(ranks))
  const rounds = powerOfTwo ? roundsOfHalving(ranks, values) : roundsOfTree(ranks, values)
  return sumOf([callCost(machine), ...rounds.map((round) => messageCost(machine, round))])
}

/** A message that every rank sends to a partner and receives from it, or that waits for the one before. */
interface Round {
  /** How many ranks lie between the two. */
  distance: number
  values: number
  /** Of them, how many are added. */
  added: number
  /** Whether all ranks of a host send at once. */
  together: boolean
}

function roundsOfHalving(ranks: number, values: number): Round[] {
  const bits = Array.from({ length: Math.log2(ranks) }, (_, bit) => 2 ** bit)
  if (values <= SMALL_SUM)
    return bits.map((distance) => ({ distance, values, added: values, together: true }))
  // Rank 0 and its neighbour halve the values first, and each further partner halves what is left.
  const halves = bits.map((distance) => ({ distance, values: values / (2 * distance), together: true }))
  return [
    ...halves.map((round) => ({ ...round, added: round.values })),
    ...halves.toReversed().map((round) => ({ ...round, added: 0 })),
  ]
}

/** The sums of nodes go up the tree of leaves whole, and the total comes back in as many rounds as ranks can double. */
function roundsOfTree(ranks: number, values: number): Round[] {
  const leaves = Math.max(8, 2 ** Math.ceil(Math.log2(ranks)))
  const perRank = leaves / ranks
  const up: Round[] = []
  for (let leavesOfNode = 2; leavesOfNode <= leaves; leavesOfNode *= 2)
    if (leavesOfNode > perRank)
      up.push({
        distance: Math.max(1, Math.round(leavesOfNode / 2 / perRank)),
        values,
        added: values,
        together: false,
      })
  const down: Round[] = []
  for (let having = 1; having < ranks; having *= 2)
    down.push({ distance: having, values, added: 0, together: false })
  return [...up, ...down]
}

function messageCost(machine: RankMachine, { distance, values, added, together }: Round): ExchangeCost {
  const { host, exchanges } = machine
  const bytes = FLOAT_BYTES * values
  const adding = exchanges.addSeconds * added
  const isWithin = distance < host.ranksPerHost
  const { messageSeconds, byteSeconds } = isWithin ? exchanges : machine.between
  const copied = byteSeconds * bytes
  const processorSeconds = messageSeconds + copied + adding
  if (isWithin) return { seconds: processorSeconds, latencySeconds: messageSeconds, processorSeconds }
  const latency = messageSeconds + roundTrip(machine, bytes)
  const sharing = together ? host.ranksPerHost : 1
  const network = (bytes * sharing) / host.networkBandwidth
  return {
    seconds: latency + Math.max(copied, network) + adding,
    latencySeconds: latency,
    processorSeconds,
  }
}
