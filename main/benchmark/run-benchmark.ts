/** Measures whole SGD steps of a standard shape, with this machine's roofs beside them. */
import { availableParallelism } from 'node:os'
import { nativeAddon, type NativeModel } from '../../native/index.ts'
import {
  roofs as roofsSchema,
  type BenchmarkProgress,
  type BenchmarkReport,
  type BenchmarkRequest,
  type Roofs,
} from '../contract/benchmarks.ts'
import { StudioError } from '../contract/errors.ts'
import { defaultTrainingConfig, optimizer, type TrainingConfig } from '../contract/training.ts'
import type { Plan } from '../model/plan-types.ts'
import { compilePlan } from '../model/plan.ts'
import { requireBackend } from '../training/backends/create-backend.ts'
import { createNativeModel, trainingSettings } from '../training/backends/native/native-backend.ts'
import { TensorFlowModel } from '../training/backends/tensorflow/tensorflow-model.ts'
import { writeChromeTrace } from './chrome-trace.ts'
import { requireMemory } from './memory-need.ts'
import { operationKinds } from './operation-kinds.ts'
import { BATCHES, benchmarkPreset } from './presets.ts'
import { randomBatches } from './random-batches.ts'
import { measurement, summarize, type Measurement } from './report.ts'
import { measureSteps } from './tensorflow-steps.ts'
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
  const { preset: name, batchSize, backend, precision, signal } = run
  requireBackend(backend, precision)
  const preset = benchmarkPreset(name)
  const threads = run.threads === 0 ? availableParallelism() : run.threads
  const plan = compilePlan(preset.document, preset.columns)
  requireMemory(run)

  run.onPhase?.('preparing')
  const subject = await prepare(run, threads, plan)
  run.onPhase?.('measuring the roofs')
  const before = await measureRoofs(threads)
  refuseIfAborted(signal)
  run.onPhase?.('training')
  const measured = await subject.measure()
  const roofs = higher(before, await measureRoofs(threads))
  refuseIfAborted(signal)
  if (run.trace !== null && measured.trace) {
    run.onPhase?.('tracing')
    await writeChromeTrace(run.trace, measured.trace, `${name}, batch ${batchSize}, ${backend}, ${precision}`)
  }
  return {
    ...{ preset: name, backend, precision, threads, batchSize },
    ...(subject.device === 'GPU' && { device: subject.device }),
    ...summarize(measured, { batchSize, roofs, kindOf: operationKinds(plan) }),
  }
}

/** A model whose steps can be measured. */
interface Subject {
  device: 'CPU' | 'GPU'
  measure(): Promise<Measurement>
}

async function prepare(run: BenchmarkRun, threads: number, plan: Plan): Promise<Subject> {
  const sgd = optimizer('sgd', LEARNING_RATE)
  const config: TrainingConfig = {
    ...defaultTrainingConfig,
    ...{ backend: run.backend, precision: run.precision, threads, seed: SEED, tables: sgd, dense: sgd },
  }
  return run.backend === 'native' ? prepareNative(run, config, plan) : prepareTensorFlow(run, config, plan)
}

function prepareNative(run: BenchmarkRun, config: TrainingConfig, plan: Plan): Subject {
  const model = createNativeModel(plan, config)
  model.initialize(SEED)
  model.configureTraining(trainingSettings(config))
  const { signal } = run
  return {
    device: 'CPU',
    async measure() {
      const stop = () => model.stop()
      signal.addEventListener('abort', stop)
      try {
        return await engineSteps(model, run, {
          batches: BATCHES,
          seconds: run.seconds,
          warmupSteps: WARM_UPS,
        })
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

async function prepareTensorFlow(run: BenchmarkRun, config: TrainingConfig, plan: Plan): Promise<Subject> {
  const model = new TensorFlowModel(plan, config)
  model.initialize(SEED)
  model.configure(config)
  // What a step has to compute and to move is the same for both: the engine counts it.
  const { profile: work } = await engineSteps(
    model.engineModel(),
    { ...run, profile: true, trace: null },
    { batches: 1, seconds: 0, warmupSteps: 0 },
  )
  const batches = randomBatches(benchmarkPreset(run.preset), {
    ...{ batchSize: run.batchSize, count: BATCHES, seed: SEED },
  })
  const { seconds, profile, signal } = run
  const traceSteps = run.trace === null ? 0 : TRACE_STEPS
  return {
    device: model.library().device,
    measure: () =>
      measureSteps(model, batches, { warmUps: WARM_UPS, seconds, profile, traceSteps, signal, work }),
  }
}

async function engineSteps(
  model: NativeModel,
  run: Pick<BenchmarkRun, 'preset' | 'batchSize' | 'profile' | 'trace'>,
  extent: { batches: number; seconds: number; warmupSteps: number },
): Promise<Measurement> {
  const { indicesPerLookup, variableBagSize } = benchmarkPreset(run.preset)
  const options = {
    ...{ batchSize: run.batchSize, ...extent, seed: SEED },
    ...{ indicesPerLookup, variableBagSize, profile: run.profile },
    traceSteps: run.trace === null ? 0 : TRACE_STEPS,
  }
  return measurement.parse(JSON.parse(await nativeAddon().benchmark(model, JSON.stringify(options))))
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
