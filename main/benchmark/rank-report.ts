/** Puts together what the ranks of a benchmark have measured. */
import type { BenchmarkReport as Measurement, ExchangeReport } from '../../native/index.ts'
import type { BenchmarkReport, ExchangeShare, RankReport } from '../contract/benchmarks.ts'
import { summarize, type Circumstances } from './report.ts'

type Job = NonNullable<BenchmarkReport['job']>

/** The report of the slowest rank, and those of all. `measurements` are in the order of the ranks and not empty. */
export function summarizeRanks(
  measurements: readonly Measurement[],
  circumstances: Circumstances,
): ReturnType<typeof summarize> & { job: Pick<Job, 'slowest' | 'hiddenShare' | 'byRank'> } {
  const summaries = measurements.map((measurement) => summarize(measurement, circumstances))
  const byRank = measurements.map(({ exchanges, millisecondsPerStep }, rank): RankReport => {
    const shares = sharesOf(exchanges ?? [], millisecondsPerStep.length)
    const { overheadMs = 0, operations = [] } = summaries[rank] ?? {}
    return { rank, waitedMs: sumOf(shares, 'waitedMs'), exchanges: shares, overheadMs, operations }
  })
  const slowest = byRank.reduce((least, each) => (each.waitedMs < least.waitedMs ? each : least))
  const all = byRank.flatMap(({ exchanges }) => exchanges)
  return {
    ...(summaries[slowest.rank] as ReturnType<typeof summarize>),
    job: {
      slowest: slowest.rank,
      hiddenShare: hidden(sumOf(all, 'ms'), sumOf(all, 'waitedMs')),
      byRank,
    },
  }
}

function sharesOf(reports: readonly ExchangeReport[], steps: number): ExchangeShare[] {
  return reports.map(({ name, count, bytes, milliseconds, waitedMilliseconds }) => ({
    name,
    count: count / steps,
    bytes: bytes / steps,
    ms: milliseconds / steps,
    waitedMs: waitedMilliseconds / steps,
    hiddenShare: hidden(milliseconds, waitedMilliseconds),
    gbPerSecond: milliseconds > 0 ? bytes / milliseconds / 1e6 : 0,
  }))
}

/** A computation may also wait for an exchange that waits for an earlier one, so that it waits longer than it takes. */
const hidden = (ms: number, waitedMs: number): number => (ms > 0 ? Math.max(0, 1 - waitedMs / ms) : 0)

const sumOf = (shares: readonly ExchangeShare[], key: 'ms' | 'waitedMs'): number =>
  shares.reduce((sum, share) => sum + share[key], 0)
