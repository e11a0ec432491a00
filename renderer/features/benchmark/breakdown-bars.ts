/** Stacked bars of where an iteration's time goes, one a result. */
import type { BenchmarkResult } from '../../../main/contract/benchmarks.ts'
import { byKind, byPhase } from '../../../main/contract/breakdown.ts'
import { formatShare } from '../../platform/units.ts'
import { formatMilliseconds, resultPlace, resultTitle } from './result-text.ts'
import { maximumOf } from '../../../main/model/extremes.ts'

export type Grouping = 'kind' | 'phase'
export type Scale = 'time' | 'share'

export interface BarPart {
  key: string
  name: string
  /** Of the longest bar, 0 to 1. */
  width: number
  text: string
}

export interface Bar {
  id: string
  title: string
  place: string
  parts: BarPart[]
  total: string
  /** In words, for those who do not see the bar. */
  label: string
}

/** Parts that no result spends time in are left out. */
export function breakdownBars(results: readonly BenchmarkResult[], grouping: Grouping, scale: Scale): Bar[] {
  const breakdowns = results.map(({ report }) => (grouping === 'kind' ? byKind(report) : byPhase(report)))
  const totals = breakdowns.map((parts) => parts.reduce((sum, { ms }) => sum + ms, 0))
  const longest = Math.max(maximumOf(totals), Number.MIN_VALUE)
  return results.map((result, index) => {
    const parts = breakdowns[index]!.filter(({ ms }) => ms > 0).map(({ key, name, ms, share }) => ({
      key,
      name,
      width: scale === 'time' ? ms / longest : share,
      text: `${name}: ${formatMilliseconds(ms)}, ${formatShare(share)}`,
    }))
    return {
      id: result.id,
      title: resultTitle(result),
      place: resultPlace(result),
      parts,
      total: formatMilliseconds(totals[index]!),
      label: `${resultTitle(result)}, ${resultPlace(result)}: ${parts.map(({ text }) => text).join('; ')}`,
    }
  })
}

/** The parts that occur in any bar, in one order. */
export function legend(bars: readonly Bar[]): { key: string; name: string }[] {
  const names = new Map(bars.flatMap(({ parts }) => parts.map(({ key, name }) => [key, name])))
  return [...names].map(([key, name]) => ({ key, name }))
}
