/** Measures whole SGD steps of a standard shape, with this machine's roofs beside them. */
import { availableParallelism } from 'node:os'
import { nativeAddon } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import { optimizer } from '../contract/training.ts'
import { compilePlan } from '../model/plan.ts'
import { createNativeModel, trainingSettings } from '../training/backends/native/native-backend.ts'
import { benchmarkBytes, requireMemory } from './memory-need.ts'
import { benchmarkPreset, type BenchmarkPresetName } from './presets.ts'
import { measurement, roofs, summarize, type BenchmarkReport, type Roofs } from './report.ts'

const BATCHES = 32
const WARM_UPS = 2
const SEED = 0
/** Small, so that random labels leave the model where it started. */
const LEARNING_RATE = 0.01

export interface BenchmarkRequest {
  preset: BenchmarkPresetName
  /** The preset's own if absent. */
  batchSize?: number | undefined
  /** 0 = all cores. */
  threads: number
  seconds: number
  signal: AbortSignal
  onPhase?(phase: 'preparing' | 'measuring the roofs' | 'training'): void
}

/** Rejects with InvalidState where memory is short and with Cancelled once the signal is aborted. */
export async function runBenchmark(request: BenchmarkRequest): Promise<BenchmarkReport> {
  const { preset: name, seconds, signal } = request
  const preset = benchmarkPreset(name)
  const batchSize = request.batchSize ?? preset.batchSize
  const threads = request.threads === 0 ? availableParallelism() : request.threads
  const { indicesPerLookup, variableBagSize } = preset
  const plan = compilePlan(preset.document, preset.columns)
  const need = benchmarkBytes(plan, { batchSize, batches: BATCHES, indicesPerLookup })
  requireMemory(need, process.availableMemory())

  request.onPhase?.('preparing')
  const model = createNativeModel(plan, { threads, precision: 'fp32', seed: SEED })
  model.initialize(SEED)
  const sgd = optimizer('sgd', LEARNING_RATE)
  model.configureTraining(
    trainingSettings({ tables: sgd, dense: sgd, gradientClipNorm: 0, accumulateBatches: 1 }),
  )
  request.onPhase?.('measuring the roofs')
  const before = await measureRoofs(threads)
  refuseIfAborted(signal)
  request.onPhase?.('training')
  const stop = () => model.stop()
  signal.addEventListener('abort', stop)
  const options = { batchSize, batches: BATCHES, warmupSteps: WARM_UPS, seconds, seed: SEED }
  try {
    const text = await nativeAddon().benchmark(
      model,
      JSON.stringify({ ...options, indicesPerLookup, variableBagSize }),
    )
    const after = await measureRoofs(threads)
    return {
      preset: name,
      backend: 'native',
      precision: 'fp32',
      threads,
      batchSize,
      ...summarize(measurement.parse(JSON.parse(text)), batchSize),
      roofs: higher(before, after),
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function measureRoofs(threads: number): Promise<Roofs> {
  return roofs.parse(JSON.parse(await nativeAddon().measureRoofs(threads)))
}

/** Something else on the machine can only lower a roof. */
const higher = (a: Roofs, b: Roofs): Roofs => ({
  gflops: Math.max(a.gflops, b.gflops),
  gbPerSecond: Math.max(a.gbPerSecond, b.gbPerSecond),
})

function refuseIfAborted(signal: AbortSignal) {
  if (signal.aborted) throw new StudioError('Cancelled', 'The benchmark was stopped.')
}
