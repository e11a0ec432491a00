/** Where an iteration's time goes, for the window and the command line. */
import { categoryNames as operationCategories } from '../model/kinds/operation.ts'
import type { BenchmarkReport, ExchangeShare, RankReport } from './benchmarks.ts'
import type { OperationPhase, OperationReport, ReportCategory } from './operations.ts'

export type BreakdownShare<Key extends string> = { key: Key; name: string; ms: number; share: number }

const { other, ...computing } = operationCategories

/** In the order in which they are shown. */
export const categoryNames: Record<ReportCategory | 'overhead', string> = {
  ...computing,
  communication: 'Communication',
  update: 'Update',
  data: 'Data',
  other,
  overhead: 'Outside operations',
}

export const phaseNames: Record<OperationPhase | 'overhead', string> = {
  forward: 'Forward',
  backward: 'Backward',
  update: 'Update',
  data: 'Data',
  overhead: 'Outside operations',
}

/** What ranks exchange, for people. */
export const exchangeNames: Record<ExchangeShare['name'], string> = {
  pooledRows: 'pooled rows',
  pooledGradients: 'pooled gradients',
  denseGradients: 'dense gradients',
  other: 'losses and control',
}

/** The exchanges of more ranks are left to the JSON, but for those of the slowest. */
const MAX_RANKS_LISTED = 8

/** The ranks of a benchmark whose exchanges are listed for people. */
export const listedRanks = ({ byRank, slowest }: NonNullable<BenchmarkReport['job']>): RankReport[] =>
  byRank.length > MAX_RANKS_LISTED ? byRank.filter(({ rank }) => rank === slowest) : byRank

interface MeasuredTimes {
  operations: Pick<OperationReport, 'kind' | 'phase' | 'ms'>[]
  overheadMs: number
}

/** Mean milliseconds of an iteration by category, in the order of `categoryNames`. The shares add up to 1. */
export function byCategory(report: MeasuredTimes): BreakdownShare<ReportCategory | 'overhead'>[] {
  return breakdown(report, categoryNames, ({ kind }) => kind)
}

/** The same by phase. */
export function byPhase(report: MeasuredTimes): BreakdownShare<OperationPhase | 'overhead'>[] {
  return breakdown(report, phaseNames, ({ phase }) => phase)
}

function breakdown<Key extends string>(
  { operations, overheadMs }: MeasuredTimes,
  names: Record<Key | 'overhead', string>,
  keyOf: (operation: MeasuredTimes['operations'][number]) => Key,
): BreakdownShare<Key | 'overhead'>[] {
  const sums = new Map<string, number>([['overhead', overheadMs]])
  for (const operation of operations) {
    const key = keyOf(operation)
    sums.set(key, (sums.get(key) ?? 0) + operation.ms)
  }
  const total = [...sums.values()].reduce((sum, ms) => sum + ms, 0)
  return (Object.keys(names) as (Key | 'overhead')[]).map((key) => {
    const ms = sums.get(key) ?? 0
    return { key, name: names[key], ms, share: total > 0 ? ms / total : 0 }
  })
}
