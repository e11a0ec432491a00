/** Computes stacked bars that show where an iteration's time goes, one for each result. */
import type { BenchmarkResult } from '../../../main/contract/benchmarks.ts'
import { byCategory, byPhase } from '../../../main/contract/breakdown.ts'
import { formatShare } from '../../platform/units.ts'
import { formatMilliseconds, resultEnvironment, resultTitle } from './result-text.ts'
import { maximumOf } from '../../../main/model/extremes.ts'

export type Grouping = 'kind' | 'phase'
export type Scale = 'time' | 'share'

export interface BarSegment {
  key: string
  name: string
  /** The width is a fraction of the longest bar, from 0 to 1. */
  width: number
  text: string
}

export interface Bar {
  id: string
  title: string
  environment: string
  segments: BarSegment[]
  total: string
  /** Describes the bar for screen readers. */
  label: string
}

/** Leaves out the segments that no result spends time in. */
export function breakdownBars(results: readonly BenchmarkResult[], grouping: Grouping, scale: Scale): Bar[] {
  const breakdowns = results.map(({ report }) => (grouping === 'kind' ? byCategory(report) : byPhase(report)))
  const totals = breakdowns.map((entries) => entries.reduce((sum, { ms }) => sum + ms, 0))
  const longest = Math.max(maximumOf(totals), Number.MIN_VALUE)
  return results.map((result, index) => {
    const segments = breakdowns[index]!.filter(({ ms }) => ms > 0).map(({ key, name, ms, share }) => ({
      key,
      name,
      width: scale === 'time' ? ms / longest : share,
      text: `${name}: ${formatMilliseconds(ms)}, ${formatShare(share)}`,
    }))
    return {
      id: result.id,
      title: resultTitle(result),
      environment: resultEnvironment(result),
      segments,
      total: formatMilliseconds(totals[index]!),
      label: `${resultTitle(result)}, ${resultEnvironment(result)}: ${segments.map(({ text }) => text).join('; ')}`,
    }
  })
}

/** Gives the segments that occur in any bar, in one order. */
export function legend(bars: readonly Bar[]): { key: string; name: string }[] {
  const names = new Map(bars.flatMap(({ segments }) => segments.map(({ key, name }) => [key, name])))
  return [...names].map(([key, name]) => ({ key, name }))
}
