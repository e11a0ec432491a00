/** Measures whole SGD steps of a standard shape, together with this machine's roofs. */
import { availableParallelism } from 'node:os'
import type { BenchmarkProgress, BenchmarkReport, BenchmarkRequest, Roofs } from '../contract/benchmarks.ts'
import { StudioError } from '../contract/errors.ts'
import type { RankHost } from '../contract/training.ts'
import { requireRanks } from '../distributed/require-ranks.ts'
import { compilePlan } from '../model/plan.ts'
import { requireSamePlace, resolvedPath } from '../platform/resolved-path.ts'
import { requireBackend } from '../training/backends/create-backend.ts'
import { othersShare } from './calibration/others-share.ts'
import { benchmarkConfig } from './benchmark-config.ts'
import { writeChromeTrace } from './chrome-trace.ts'
import { measuredModel } from './measured-model.ts'
import { requireMemory } from './memory-need.ts'
import { operationCategories } from './operation-categories.ts'
import { BATCHES, benchmarkPreset } from './presets.ts'
import { runRankBenchmark } from './rank-benchmark.ts'
import { summarize } from './report.ts'
import { measureRoofs } from './roofs.ts'

/** The time for which steps are measured, and the maximum time for which further ones are recorded for a trace. */
export const SECONDS = 5

export interface BenchmarkRun extends BenchmarkRequest {
  seconds: number
  /** Whether operations are timed. Without it the report has none. */
  profile: boolean
  /** The hosts of the ranks and the workspace that they have to have; this machine if absent. */
  place?: { hosts: readonly RankHost[]; workspace: string }
  signal: AbortSignal
  onPhase?(phase: BenchmarkProgress['phase']): void
}

/**
 * Rejects with Unsupported for an unknown backend, or one that has no ranks, as `runRankBenchmark`, with InvalidState if memory is short, with Cancelled once the signal
 * is aborted, and with Io or DiskFull if the trace cannot be written.
 */
export async function runBenchmark(run: BenchmarkRun): Promise<BenchmarkReport> {
  const { preset: name, batchSize, backend, precision, ranks, signal } = run
  requireBackend(backend, precision)
  if (ranks !== null) return runWithRanks({ ...run, ranks })
  const preset = benchmarkPreset(name)
  const threads = run.threads === 0 ? availableParallelism() : run.threads
  const plan = compilePlan(preset.document, preset.columns)
  requireMemory(run)
  const tracePlace = resolvedPath(run.trace ?? '')

  run.onPhase?.('preparing')
  const { columns, indicesPerLookup, variableBagSize } = preset
  const model = await measuredModel({
    plan,
    columns,
    indicesPerLookup,
    variableBagSize,
    batchSize,
    batches: BATCHES,
    config: benchmarkConfig(run, threads),
  })
  run.onPhase?.('measuring the roofs')
  const others = [await othersShare()]
  const before = await measureRoofs(threads)
  refuseIfAborted(signal)
  run.onPhase?.('training')
  const measured = await model.measure(
    { seconds: run.seconds, profile: run.profile, trace: run.trace !== null },
    signal,
  )
  others.push(await othersShare())
  const roofs = higher(before, await measureRoofs(threads))
  refuseIfAborted(signal)
  if (run.trace !== null && measured.trace) {
    run.onPhase?.('tracing')
    // A benchmark takes long enough for somebody to put a link there.
    requireSamePlace(run.trace, tracePlace)
    await writeChromeTrace(
      run.trace,
      [measured.trace],
      `${name}, batch ${batchSize}, ${backend}, ${precision}`,
    )
  }
  return {
    preset: name,
    backend,
    precision,
    threads,
    batchSize,
    ...(model.device === 'GPU' && { device: model.device }),
    ...summarize(measured, { batchSize, roofs, categoryOf: operationCategories(plan) }),
    othersShare: others.reduce((sum, share) => sum + share, 0) / others.length,
  }
}

async function runWithRanks(run: BenchmarkRun & { ranks: number }): Promise<BenchmarkReport> {
  const { hosts = null, workspace = '' } = run.place ?? {}
  await requireRanks({ ...run, hosts: hosts && [...hosts] })
  if (!hosts) requireMemory(run)
  run.onPhase?.('preparing')
  return runRankBenchmark({ ...run, hosts, workspace })
}

/** Other programs on the machine can only lower a roof. */
const higher = (a: Roofs, b: Roofs): Roofs => ({
  gflops: Math.max(a.gflops, b.gflops),
  gbPerSecond: Math.max(a.gbPerSecond, b.gbPerSecond),
})

function refuseIfAborted(signal: AbortSignal) {
  if (signal.aborted) throw new StudioError('Cancelled', 'The benchmark was stopped.')
}
