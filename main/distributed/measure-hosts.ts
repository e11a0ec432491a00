/** What the hosts of a job have, measured when the ranks have met, all hosts at once. */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { nativeAddon, type NativeRanks } from '../../native/index.ts'
import { formatBytes } from '../contract/quantities.ts'
import type { RankHost, TrainingConfig } from '../contract/training.ts'
import { availableMemory } from '../platform/available-memory.ts'
import type { Member } from './rank-messages.ts'

export const measuredHost = z.object({
  cores: z.int().min(1),
  /** For all ranks of the job there, with what they have already. */
  memoryBytes: z.number().positive(),
  /** Absent in a job on one host, where all ranks share them. */
  memoryBandwidth: z.number().positive().optional(),
  networkBandwidth: z.number().positive().optional(),
  networkLatency: z.number().positive().optional(),
})
export type MeasuredHost = z.infer<typeof measuredHost>

/**
 * Measures this rank's host, for half a second at most. All ranks call it at the same time. null on a rank that is not the
 * first one of its host.
 */
export async function measureHost(
  ranks: NativeRanks,
  members: readonly Member[],
  { host, rank }: Member,
): Promise<MeasuredHost | null> {
  const leaders = [...Map.groupBy(members, (each) => each.host).values()].flatMap(([first]) =>
    first ? [first.rank] : [],
  )
  const isLeader = leaders.includes(rank)
  const cores = availableParallelism()
  if (leaders.length === 1) return isLeader ? { cores, memoryBytes: memoryOf(members, host) } : null
  const memoryBandwidth = isLeader ? await nativeAddon().memoryBandwidth(cores) : undefined
  const network = await ranks.measureNetwork(leaders)
  if (!isLeader) return null
  const [networkLatency, networkBandwidth] = network ?? []
  return {
    cores,
    memoryBytes: memoryOf(members, host),
    ...(memoryBandwidth && { memoryBandwidth }),
    ...(networkLatency && { networkLatency }),
    ...(networkBandwidth && { networkBandwidth }),
  }
}

/** What is free, and what the ranks there have taken so far, which is about the same for each. */
function memoryOf(members: readonly Member[], host: string): number {
  const own = members.filter((each) => each.host === host).length
  return availableMemory() + own * process.memoryUsage().rss
}

/**
 * The hosts of a job in the order of their ranks, with as many slots as ranks: what was given of each, and otherwise what was
 * measured. A host never counts as having more memory than it has. `measured` is of each rank, null of those that measured
 * nothing.
 */
export function hostsOfJob(
  members: readonly Member[],
  measured: readonly (MeasuredHost | null)[],
  { hosts }: Pick<TrainingConfig, 'hosts'>,
): RankHost[] {
  // mpirun fills the slots in the order of the hosts. A host may call itself otherwise than it was called.
  const given = (hosts ?? []).flatMap((host) => Array.from({ length: host.slots }, () => host))
  return [...Map.groupBy(members, ({ host }) => host)].map(([name, own]) => {
    const rank = own[0]?.rank ?? 0
    const { memoryBytes, ...found } = measured[rank] ?? {}
    const { memoryBytes: limit = Infinity, ...wanted } = given[rank] ?? {}
    const memory = Math.min(limit, memoryBytes ?? Infinity)
    return { ...found, ...wanted, name, slots: own.length, ...(memory < Infinity && { memoryBytes: memory }) }
  })
}

/** What the hosts have, for the log of the run. */
export function hostsText(hosts: readonly RankHost[]): string {
  const texts = hosts.map((host) => {
    const { name, cores, memoryBytes, memoryBandwidth, networkBandwidth, networkLatency } = host
    const facts = [
      cores === undefined ? [] : [`${cores} cores`],
      memoryBytes === undefined ? [] : [`${formatBytes(memoryBytes)} of memory`],
      memoryBandwidth === undefined ? [] : [`which gives ${formatBytes(memoryBandwidth)}/s`],
      networkBandwidth === undefined ? [] : [`a network of ${formatBytes(networkBandwidth)}/s`],
      networkLatency === undefined ? [] : [`and ${Math.round(1e6 * networkLatency)} µs for a message`],
    ]
    return `${name}: ${facts.flat().join(', ')}`
  })
  return `The tables are placed for these hosts, as given or measured: ${texts.join('; ')}.`
}
