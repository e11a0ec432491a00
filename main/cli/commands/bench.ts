import { benchmarkPresetNames } from '../../benchmark/presets.ts'
import type { BenchmarkReport, OperationReport } from '../../benchmark/report.ts'
import { runBenchmark } from '../../benchmark/run-benchmark.ts'
import type { Command } from '../command.ts'
import { integer, table } from '../terminal.ts'

const SECONDS = 5

export const bench: Command = {
  name: 'bench',
  summary: 'Measure whole training steps of a standard shape against what this machine can do.',
  positionals: [],
  options: {
    preset: { type: 'string', choices: benchmarkPresetNames, help: 'the shape (default kaggle)' },
    'batch-size': { type: 'string', value: 'B', help: 'rows a step (default: the preset’s)' },
    threads: { type: 'string', value: 'T', help: '0 = all cores (default 0)' },
    backend: { type: 'string', choices: ['native'], help: 'what computes (default native)' },
    precision: { type: 'string', choices: ['fp32'], help: 'of the computation (default fp32)' },
  },
  async run({ options, signal, progress }) {
    const preset = benchmarkPresetNames.find((name) => name === options.text('preset')) ?? 'kaggle'
    const report = await runBenchmark({
      preset,
      batchSize: options.number('batch-size', { whole: true, min: 1, max: 2 ** 20 }),
      threads: options.number('threads', { whole: true, min: 0, max: 1024 }) ?? 0,
      seconds: SECONDS,
      signal,
      onPhase: (phase) => progress(`${preset}: ${phase} …`),
    })
    return { json: report, text: reportText(report) }
  },
}

function reportText(report: BenchmarkReport): string {
  const { preset, batchSize, threads, precision, msPerIteration, msPerIterationBest, roofs } = report
  return [
    `${preset}, batch ${integer(batchSize)}, ${precision}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `${msPerIteration.toFixed(3)} ms an iteration (median; best ${msPerIterationBest.toFixed(3)} ms), ` +
      `${integer(Math.round(report.samplesPerSecond))} samples a second`,
    `This machine’s roofs: ${roofs.gflops.toFixed(0)} GFLOP/s, ${roofs.gbPerSecond.toFixed(1)} GB/s from memory`,
    '',
    operationTable(report),
  ].join('\n')
}

function operationTable({ operations, roofs }: BenchmarkReport): string {
  const number = (value: number, digits: number) => (value > 0 ? value.toFixed(digits) : '–')
  // The nearer of the two roofs limits an operation. Data that stays in the caches may go over the memory roof.
  const reached = ({ gflops, gbPerSecond }: OperationReport) =>
    Math.max(gflops / roofs.gflops, gbPerSecond / roofs.gbPerSecond)
  const outside = 1 - operations.reduce((sum, { share }) => sum + share, 0)
  const rows = operations
    .toSorted((a, b) => b.ms - a.ms)
    .map((operation) => [
      operation.name,
      operation.phase,
      operation.ms.toFixed(4),
      percent(operation.share),
      number(operation.gflops, 1),
      number(operation.gbPerSecond, 1),
      reached(operation) > 0 ? percent(reached(operation)) : '–',
    ])
  return table(
    ['operation', 'phase', 'ms', 'share', 'GFLOP/s', 'GB/s', 'of roof'],
    [...rows, ['outside of operations', '', '–', percent(outside), '–', '–', '–']],
  )
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
