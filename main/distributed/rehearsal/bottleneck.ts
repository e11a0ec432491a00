/** Names what most of a step is spent on, and what would help. */
import { formatBytes } from '../../contract/quantities.ts'
import type { RehearsedStep } from '../../contract/rehearsal.ts'
import type { ExchangeCost } from './exchange-costs.ts'
import type { PlayedStep } from './timeline.ts'

type Bottleneck = RehearsedStep['bottleneck']
type Kind = Bottleneck['kind']

export interface StepFindings {
  played: PlayedStep
  ranks: number
  missingBytes: number
  /** Seconds of the slowest rank's lookups and updates, and of what is outside all operations. */
  lookups: number
  overhead: number
  pooled: ExchangeCost
  sums: readonly ExchangeCost[]
}

export function bottleneckOf({
  played,
  ranks,
  missingBytes,
  lookups,
  overhead,
  pooled,
  sums,
}: StepFindings): Bottleneck {
  if (missingBytes > 0) {
    return {
      kind: 'memory',
      sentence: `A host has ${formatBytes(missingBytes)} too little memory for the model: use more hosts, or larger ones.`,
    }
  }
  const latencyOf = (costs: readonly ExchangeCost[]) => {
    const all = costs.reduce((sum, { seconds }) => sum + seconds, 0)
    return all > 0 ? costs.reduce((sum, { latencySeconds }) => sum + latencySeconds, 0) / all : 0
  }
  const [pooledLatency, sumsLatency] = [latencyOf([pooled]), latencyOf(sums)]
  const slowestLookups = Math.min(lookups, played.slowestCompute)
  const layers = Math.max(0, played.slowestCompute - slowestLookups - overhead)
  const seconds: Record<Exclude<Kind, 'memory'>, number> = {
    layers,
    // Waiting for the rank with the slowest tables is part of the time that these take.
    lookups: Math.max(0, slowestLookups - played.waiting),
    overhead,
    allToAllBandwidth: played.allToAll * (1 - pooledLatency),
    allToAllLatency: played.allToAll * pooledLatency,
    allReduceBandwidth: played.allReduce * (1 - sumsLatency),
    allReduceLatency: played.allReduce * sumsLatency,
    waiting: played.waiting,
  }
  let kind: Exclude<Kind, 'memory'> = 'layers'
  for (const each of Object.keys(seconds) as (keyof typeof seconds)[])
    if (seconds[each] > seconds[kind]) kind = each
  const share = `${Math.round((100 * seconds[kind]) / played.step)} % of a step`
  return { kind, sentence: sentenceOf(kind, share, played.slowestRank, ranks) }
}

function sentenceOf(kind: Exclude<Kind, 'memory'>, share: string, slowest: number, ranks: number): string {
  switch (kind) {
    case 'layers':
      return `The dense layers take ${share}: ${ranks > 1 ? 'further ranks or ' : ''}faster cores help.`
    case 'lookups':
      return `Lookups and updates of tables take ${share}: memory bandwidth helps.`
    case 'overhead':
      return `What a step takes outside all operations is ${share}: larger batches help.`
    case 'allToAllBandwidth':
      return `Pooled rows take ${share} because of their bytes: network bandwidth helps.`
    case 'allToAllLatency':
      return `Pooled rows take ${share} because of the number of messages: larger batches or fewer ranks help.`
    case 'allReduceBandwidth':
      return `Sums of dense gradients take ${share} because of their bytes: network bandwidth or larger batches help.`
    case 'allReduceLatency':
      return `Sums of dense gradients take ${share} because messages wait for each other: larger batches or fewer ranks help.`
    case 'waiting':
      return `Ranks wait ${share} for rank ${slowest}, whose tables take longest: fewer ranks or more divided tables help.`
  }
}
