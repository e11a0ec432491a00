import { formatBytes, formatPercent } from '../contract/quantities.ts'
import { benchmarkDisturbance, type BenchmarkReport, type BenchmarkSummary } from '../contract/benchmarks.ts'
import {
  byCategory,
  byPhase,
  exchangeNames,
  listedRanks,
  type BreakdownShare,
} from '../contract/breakdown.ts'
import type { OperationReport } from '../contract/operations.ts'
import { integer, table } from './terminal.ts'

type MeasuredJob = NonNullable<BenchmarkReport['job']>

/** The settings of a measurement in one line. */
export function shapeText({
  preset,
  batchSize,
  backend,
  device,
  precision,
  threads,
  job,
}: BenchmarkSummary['report']): string {
  const where = device === 'GPU' ? `${backend} on the GPU` : backend
  const ranks = job ? `${job.ranks} ${job.ranks === 1 ? 'rank' : 'ranks'} of ` : ''
  return `${preset}, batch ${integer(batchSize)}, ${where}, ${precision}, ${ranks}${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

export function reportText(report: BenchmarkReport): string {
  const { msPerIteration, msPerIterationBest, roofs, operations, job } = report
  const disturbed = benchmarkDisturbance(report)
  return [
    shapeText(report),
    `${msPerIteration.toFixed(3)} ms per iteration (median; best ${msPerIterationBest.toFixed(3)} ms), ` +
      `${integer(Math.round(report.samplesPerSecond))} samples per second`,
    ...(disturbed ? [disturbed] : []),
    `Rooflines of this machine: ${roofs.gflops.toFixed(0)} GFLOP/s, ${roofs.gbPerSecond.toFixed(1)} GB/s from memory`,
    ...(operations.length > 0
      ? [
          '',
          ...(job && job.ranks > 1
            ? [`The operations of rank ${job.slowest}, for which the others wait:`]
            : []),
          sharesText('By kind', byCategory(report)),
          sharesText('By phase', byPhase(report)),
          '',
          operationTable(report),
        ]
      : []),
    ...(job ? ['', jobText(job)] : []),
  ].join('\n')
}

function sharesText(title: string, shares: BreakdownShare<string>[]): string {
  const shown = shares.filter(({ ms }) => ms > 0)
  return `${title}: ${shown.map(({ name, share }) => `${name.toLowerCase()} ${formatPercent(share)}`).join(', ')}`
}

function operationTable({ operations, overheadMs }: BenchmarkReport): string {
  const number = (value: number, digits: number) => (value > 0 ? value.toFixed(digits) : '–')
  const outside = Math.max(0, 1 - operations.reduce((sum, { share }) => sum + share, 0))
  const row = ({ name, phase, ms, share, gflops, gbPerSecond, ofRoof }: OperationReport) => [
    ...[name, phase, ms.toFixed(4), formatPercent(share), number(gflops, 1), number(gbPerSecond, 1)],
    ofRoof > 0 ? formatPercent(ofRoof) : '–',
  ]
  return table(
    ['operation', 'phase', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of roof'],
    [
      ...operations.toSorted((a, b) => b.ms - a.ms).map(row),
      ['outside of operations', '', overheadMs.toFixed(4), formatPercent(outside), '–', '–', '–'],
    ],
  )
}

/** What the exchanges of a step take on each rank. */
function jobText(job: MeasuredJob): string {
  const { ranks, exchange, mpi, slowest, hiddenShare } = job
  const rows = listedRanks(job).flatMap(({ rank, exchanges }) =>
    exchanges.map(({ name, count, bytes, ms, waitedMs, hiddenShare: share, gbPerSecond }) => [
      ...[String(rank), exchangeNames[name], count.toFixed(1), formatBytes(bytes)],
      ...[ms.toFixed(4), waitedMs.toFixed(4), ms > 0 ? formatPercent(share) : '–'],
      gbPerSecond > 0 ? gbPerSecond.toFixed(2) : '–',
    ]),
  )
  const whom = ranks > 1 ? ` Rank ${slowest} waits least: the others wait for it.` : ''
  return [
    `Exchanges of a step by ${exchange} with ${mpi}.${whom}`,
    table(['rank', 'exchange', 'number', 'bytes', 'ms', 'waited ms', 'hidden', 'GB/s'], rows),
    `${formatPercent(hiddenShare)} of the exchanges’ time was hidden behind computation.`,
  ].join('\n')
}
