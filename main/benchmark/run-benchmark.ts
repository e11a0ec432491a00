/** Measures whole SGD steps of a standard shape, with this machine's roofs beside them. */
import { availableParallelism } from 'node:os'
import { nativeAddon } from '../../native/index.ts'
import {
  roofs as roofsSchema,
  type BenchmarkProgress,
  type BenchmarkReport,
  type BenchmarkRequest,
  type Roofs,
} from '../contract/benchmarks.ts'
import { StudioError } from '../contract/errors.ts'
import { optimizer } from '../contract/training.ts'
import { compilePlan } from '../model/plan.ts'
import { requireBenchmarked } from '../training/backends/create-backend.ts'
import { createNativeModel, trainingSettings } from '../training/backends/native/native-backend.ts'
import { writeChromeTrace } from './chrome-trace.ts'
import { requireMemory } from './memory-need.ts'
import { operationKinds } from './operation-kinds.ts'
import { BATCHES, benchmarkPreset } from './presets.ts'
import { measurement, summarize } from './report.ts'
import { TRACE_STEPS } from './trace.ts'

const WARM_UPS = 2
const SEED = 0
/** Small, so that random labels leave the model where it started. */
const LEARNING_RATE = 0.01
/** How long steps are measured, and again at most as long recorded for a trace. */
export const SECONDS = 5

export interface BenchmarkRun extends BenchmarkRequest {
  seconds: number
  /** Whether operations are counted: without it the report has none. */
  profile: boolean
  signal: AbortSignal
  onPhase?(phase: BenchmarkProgress['phase']): void
}

/**
 * Rejects with Unsupported for a backend there is not, with InvalidState where memory is short, with
 * Cancelled once the signal is aborted, with Io or DiskFull where the trace cannot be written.
 */
export async function runBenchmark(run: BenchmarkRun): Promise<BenchmarkReport> {
  const { preset: name, batchSize, backend, precision, seconds, signal } = run
  requireBenchmarked(backend)
  const preset = benchmarkPreset(name)
  const threads = run.threads === 0 ? availableParallelism() : run.threads
  const plan = compilePlan(preset.document, preset.columns)
  requireMemory(run)

  run.onPhase?.('preparing')
  const model = createNativeModel(plan, { threads, precision, seed: SEED })
  model.initialize(SEED)
  const sgd = optimizer('sgd', LEARNING_RATE)
  model.configureTraining(
    trainingSettings({ tables: sgd, dense: sgd, gradientClipNorm: 0, accumulateBatches: 1 }),
  )
  run.onPhase?.('measuring the roofs')
  const before = await measureRoofs(threads)
  refuseIfAborted(signal)
  run.onPhase?.('training')
  const stop = () => model.stop()
  signal.addEventListener('abort', stop)
  const { indicesPerLookup, variableBagSize } = preset
  const options = {
    ...{ batchSize, batches: BATCHES, warmupSteps: WARM_UPS, seconds, seed: SEED },
    ...{ indicesPerLookup, variableBagSize, profile: run.profile },
    traceSteps: run.trace === null ? 0 : TRACE_STEPS,
  }
  try {
    const text = await nativeAddon().benchmark(model, JSON.stringify(options))
    const measured = measurement.parse(JSON.parse(text))
    const roofs = higher(before, await measureRoofs(threads))
    refuseIfAborted(signal)
    if (run.trace !== null && measured.trace) {
      run.onPhase?.('tracing')
      await writeChromeTrace(run.trace, measured.trace, `${name}, batch ${batchSize}, ${precision}`)
    }
    return {
      ...{ preset: name, backend, precision, threads, batchSize },
      ...summarize(measured, { batchSize, roofs, kindOf: operationKinds(plan) }),
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function measureRoofs(threads: number): Promise<Roofs> {
  return roofsSchema.parse(JSON.parse(await nativeAddon().measureRoofs(threads)))
}

/** Something else on the machine can only lower a roof. */
const higher = (a: Roofs, b: Roofs): Roofs => ({
  gflops: Math.max(a.gflops, b.gflops),
  gbPerSecond: Math.max(a.gbPerSecond, b.gbPerSecond),
})

function refuseIfAborted(signal: AbortSignal) {
  if (signal.aborted) throw new StudioError('Cancelled', 'The benchmark was stopped.')
}
