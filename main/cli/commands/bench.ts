import { resolve } from 'node:path'
import { saveBenchmark } from '../../benchmark/results.ts'
import { benchmarkPreset } from '../../benchmark/presets.ts'
import { runBenchmark, SECONDS } from '../../benchmark/run-benchmark.ts'
import { TRACE_STEPS } from '../../benchmark/trace.ts'
import {
  benchmarkDisturbance,
  benchmarkPresetName,
  defaultBenchmark,
  MAX_BENCHMARK_BATCH,
  type BenchmarkRequest,
} from '../../contract/benchmarks.ts'
import { MAX_RANKS, slotsOf, trainingConfig, type RankHost } from '../../contract/training.ts'
import { reportText } from '../benchmark-text.ts'
import type { Command, OptionValues } from '../command.ts'
import { exchangeOption, hostsFrom, hostsOption } from '../training-options.ts'
import { checkOutputFile } from '../output-file.ts'
import { rankExchange } from '../../contract/rank-exchange.ts'

const { backend, precision } = trainingConfig.shape

export const bench: Command = {
  name: 'bench',
  summary: 'Measure whole training steps of a standard shape against this machine’s limits.',
  positionals: [],
  options: {
    preset: {
      type: 'string',
      choices: benchmarkPresetName.options,
      help: `the shape (default ${defaultBenchmark.preset})`,
    },
    'batch-size': { type: 'string', value: 'B', help: 'rows per step (default: the preset’s)' },
    threads: { type: 'string', value: 'T', help: `0 = all cores (default ${defaultBenchmark.threads})` },
    backend: {
      type: 'string',
      choices: backend.options,
      help: `the backend to measure (default ${defaultBenchmark.backend})`,
    },
    precision: {
      type: 'string',
      choices: precision.options,
      help: `precision of the matrix products’ operands (default ${defaultBenchmark.precision})`,
    },
    save: { type: 'boolean', help: 'store the result in the workspace to compare it later' },
    trace: {
      type: 'string',
      value: 'FILE',
      help: `write a Chrome trace of up to ${TRACE_STEPS} additional steps (at most ${SECONDS} s) for Perfetto`,
    },
    force: { type: 'boolean', help: 'overwrite an existing trace file' },
    ranks: { type: 'string', value: 'N', help: 'measure N ranks of an MPI job' },
    hosts: hostsOption,
    exchange: exchangeOption,
    'no-profile': { type: 'boolean', help: 'do not profile operations; shows the overhead of profiling' },
  },
  async run({ options, services, signal, progress }) {
    const request = requestFrom(options)
    const hosts = await hostsFrom(options)
    if (hosts) request.ranks ??= slotsOf(hosts)
    if (request.ranks === null) options.refuseUnused(['exchange'], 'there are no --ranks')
    if (request.trace === null) options.refuseUnused(['force'], 'there is no --trace to write')
    if (request.trace !== null) checkOutputFile(request.trace, { force: options.flag('force') })
    const report = await runBenchmark({
      ...request,
      ...(hosts && { place: { hosts, workspace: services.workspace } }),
      profile: !options.flag('no-profile'),
      seconds: SECONDS,
      signal,
      onPhase: (phase) => progress(`${request.preset}: ${phase} …`),
    })
    const saved = options.flag('save') ? saveBenchmark(services.database, report, 'cli') : null
    const notes = [
      ...(saved ? [`Stored as ${saved.id}.`] : []),
      ...(request.trace === null ? [] : [traceNote(request.trace, hosts)]),
    ]
    const warning = benchmarkDisturbance(report)
    return {
      json: { ...(saved && { id: saved.id }), ...report, ...(warning && { warning }) },
      text: [reportText(report), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n'),
    }
  },
}

/** Rank 0 writes the trace of a job, on the first host. */
const traceNote = (path: string, hosts: readonly RankHost[] | undefined): string =>
  `${hosts?.[0] ? `On ${hosts[0].name}, rank 0 wrote ${resolve(path)}` : `Wrote ${path}`}: open it in https://ui.perfetto.dev.`

function requestFrom(options: OptionValues): BenchmarkRequest {
  const preset = benchmarkPresetName.parse(options.text('preset') ?? defaultBenchmark.preset)
  const batchSize = options.number('batch-size', { whole: true, min: 1, max: MAX_BENCHMARK_BATCH })
  return {
    preset,
    batchSize: batchSize ?? benchmarkPreset(preset).batchSize,
    threads: options.number('threads', { whole: true, min: 0, max: 1024 }) ?? defaultBenchmark.threads,
    backend: backend.parse(options.text('backend') ?? defaultBenchmark.backend),
    precision: precision.parse(options.text('precision') ?? defaultBenchmark.precision),
    trace: options.text('trace') ?? null,
    ranks: options.number('ranks', { whole: true, min: 1, max: MAX_RANKS }) ?? null,
    exchange: rankExchange.parse(options.text('exchange') ?? defaultBenchmark.exchange),
  }
}
