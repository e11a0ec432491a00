/** A model on random batches of a shape, on either backend, whose training steps can be measured. */
import { nativeAddon, type BenchmarkOptions, type NativeModel } from '../../native/index.ts'
import type { TrainingConfig } from '../contract/training.ts'
import type { Plan } from '../model/plan-types.ts'
import { createNativeModel, trainingSettings } from '../training/backends/native/native-backend.ts'
import { TensorFlowModel } from '../training/backends/tensorflow/tensorflow-model.ts'
import { randomBatches, type BatchShape } from './random-batches.ts'
import type { Measurement } from './report.ts'
import { measureSteps } from './tensorflow-steps.ts'
import { TRACE_STEPS } from './trace.ts'

const WARM_UPS = 2

/** The model and its training settings. */
export interface MeasuredShape extends BatchShape {
  plan: Plan
  config: TrainingConfig
  batchSize: number
  /** The number of distinct prebuilt batches that the steps use in turn. */
  batches: number
}

export interface MeasureOptions {
  /** The time for which steps are measured. At least one step is measured. */
  seconds: number
  /** Whether operations are timed. Without it the measurement has none. */
  profile: boolean
  /** Whether further steps are recorded, for at most this many seconds. */
  trace: boolean
}

export interface MeasuredModel {
  device: 'CPU' | 'GPU'
  /** Rejects with Cancelled, or ends early, once the signal is aborted. */
  measure(options: MeasureOptions, signal: AbortSignal): Promise<Measurement>
}

/** Draws the model's parameters with the configuration's seed. Rejects as loading a backend does. */
export async function measuredModel(shape: MeasuredShape): Promise<MeasuredModel> {
  return shape.config.backend === 'native' ? onNative(shape) : onTensorFlow(shape)
}

function onNative(shape: MeasuredShape): MeasuredModel {
  const { plan, config } = shape
  const model = createNativeModel(plan, config)
  model.initialize(config.seed)
  model.configureTraining(trainingSettings(config))
  return {
    device: 'CPU',
    async measure(options, signal) {
      const stop = () => model.stop()
      signal.addEventListener('abort', stop)
      try {
        return await engineSteps(model, shape, { ...options, warmUps: WARM_UPS })
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

async function onTensorFlow(shape: MeasuredShape): Promise<MeasuredModel> {
  const { plan, config, batches: count } = shape
  const model = new TensorFlowModel(plan, config)
  model.initialize(config.seed)
  model.configure(config)
  // The engine counts what a step computes and moves, which is the same for both backends.
  const { profile: work } = await engineSteps(
    model.engineModel(),
    { ...shape, batches: 1 },
    { seconds: 0, warmUps: 0, profile: true, trace: false },
  )
  const batches = randomBatches(shape, { batchSize: shape.batchSize, count, seed: config.seed })
  return {
    device: model.library().device,
    measure: ({ seconds, profile, trace }, signal) => {
      const extent = { warmUps: WARM_UPS, seconds, traceSteps: trace ? TRACE_STEPS : 0 }
      return measureSteps(model, batches, { ...extent, profile, signal, work })
    },
  }
}

/** Steps of a model of the engine on random batches. Of a rank's part of a model all ranks have to take them. */
export async function engineSteps(
  model: NativeModel,
  { batchSize, batches, config, indicesPerLookup, variableBagSize }: MeasuredShape,
  { seconds, profile, trace, warmUps }: MeasureOptions & { warmUps: number },
): Promise<Measurement> {
  const options: BenchmarkOptions = {
    batchSize,
    batches,
    seconds,
    profile,
    seed: config.seed,
    indicesPerLookup,
    variableBagSize,
    warmupSteps: warmUps,
    traceSteps: trace ? TRACE_STEPS : 0,
  }
  return JSON.parse(await nativeAddon().benchmark(model, JSON.stringify(options))) as Measurement
}
