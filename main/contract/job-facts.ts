/** The MPI job that computed a run as names and values, for the window and the command line. */
import type { ComputingJob } from './runs.ts'
import { partOfTable } from './table-plan.ts'

/** The tables of more ranks, or more parts of one, are only counted. */
const MAX_RANKS_NAMED = 16
const MAX_PARTS_NAMED = 40

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export function jobFacts(job: ComputingJob): { name: string; value: string }[] {
  const { ranks, hosts, mpi, exchange } = job
  const places = hosts.map(({ name, ranks: own }) => (hosts.length > 1 ? `${name} (${own})` : name))
  return [
    { name: 'Trained by', value: `${counted(ranks, 'rank')} on ${places.join(', ')}` },
    { name: 'MPI', value: mpi },
    { name: 'Exchange of pooled rows', value: exchange },
    ...placementFacts(job),
  ]
}

/** A line for each rank that has tables. */
function placementFacts({ ranks, placement }: ComputingJob): { name: string; value: string }[] {
  const partsOf = Map.groupBy(placement, ({ table }) => table)
  const nameOf = (shard: ComputingJob['placement'][number]): string =>
    partsOf.get(shard.table)?.length === 1 ? shard.table : `${shard.table} (${partOfTable(shard)})`
  const byRank = Map.groupBy(placement, ({ rank }) => rank)
  const lines = Array.from({ length: Math.min(ranks, MAX_RANKS_NAMED) }, (_, rank) => {
    const parts = byRank.get(rank) ?? []
    const named = parts.slice(0, MAX_PARTS_NAMED).map(nameOf)
    const more = parts.length - named.length
    const names = [...named, ...(more > 0 ? [`${more} more`] : [])]
    return { name: `Tables of rank ${rank}`, value: names.join(', ') || 'none' }
  })
  if (ranks > MAX_RANKS_NAMED) {
    const more = counted(ranks - MAX_RANKS_NAMED, 'further rank')
    lines.push({ name: 'Other tables', value: `on ${more}, which the JSON of \`runs show\` has` })
  }
  return lines
}
