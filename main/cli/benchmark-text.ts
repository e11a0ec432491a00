import { formatBytes, formatPercent } from '../contract/quantities.ts'
import { benchmarkDisturbance, type BenchmarkReport } from '../contract/benchmarks.ts'
import { byCategory, byPhase, type BreakdownShare } from '../contract/breakdown.ts'
import type { RankBenchmarkReport } from '../benchmark/rank-benchmark.ts'
import type { OperationReport } from '../contract/operations.ts'
import { integer, table } from './terminal.ts'

/** The settings of a measurement in one line. */
export function shapeText({
  preset,
  batchSize,
  backend,
  device,
  precision,
  threads,
}: Omit<BenchmarkReport, 'operations'>): string {
  const where = device === 'GPU' ? `${backend} on the GPU` : backend
  return `${preset}, batch ${integer(batchSize)}, ${where}, ${precision}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

export function reportText(report: BenchmarkReport): string {
  const { msPerIteration, msPerIterationBest, roofs, operations } = report
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
          sharesText('By kind', byCategory(report)),
          sharesText('By phase', byPhase(report)),
          '',
          operationTable(report),
        ]
      : []),
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

const exchangeTitles: Record<RankBenchmarkReport['exchanges'][number]['name'], string> = {
  pooledRows: 'pooled rows',
  pooledGradients: 'gradients of pooled rows',
  denseGradients: 'dense gradients',
  other: 'losses and control',
}

/** What the exchanges of a step take on rank 0. */
export function exchangesText({ exchanges, hiddenShare, ranks, exchange, mpi }: RankBenchmarkReport): string {
  const rows = exchanges.map(({ name, count, bytes, ms, waitedMs, gbPerSecond }) => [
    ...[exchangeTitles[name], count.toFixed(1), formatBytes(bytes), ms.toFixed(4), waitedMs.toFixed(4)],
    gbPerSecond > 0 ? gbPerSecond.toFixed(2) : '–',
  ])
  return [
    `${ranks} ${ranks === 1 ? 'rank' : 'ranks'}, ${exchange}, ${mpi}; rank 0 in each step:`,
    table(['exchange', 'number', 'bytes', 'ms', 'waited ms', 'GB/s'], rows),
    `${formatPercent(hiddenShare)} of the exchanges’ time was hidden behind computation.`,
  ].join('\n')
}
