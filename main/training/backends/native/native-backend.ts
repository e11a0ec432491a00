/** The embedded engine as a training backend. Everything runs in the addon, outside the JavaScript thread. */
import { z } from 'zod'
import {
  nativeAddon,
  type BinaryMetrics,
  type NativeBatchLoader,
  type NativeDataset,
  type NativeModel,
  type ParameterInfo,
  type Quantisation,
} from '../../../../native/index.ts'
import type { Computation, Evaluation } from '../../../contract/runs.ts'
import type { TrainingConfig } from '../../../contract/training.ts'
import type { Plan } from '../../../model/plan-types.ts'
import {
  operationTotal,
  type BatchStream,
  type OperationTotal,
  type BatchStreamOptions,
  type TrainingBackend,
} from '../backend.ts'

/** The part of the configuration with which the engine is built; configure takes the rest. */
export type EngineSettings = Pick<TrainingConfig, 'threads' | 'precision' | 'seed'>

export class NativeBatchStream implements BatchStream {
  readonly loader: NativeBatchLoader

  constructor(loader: NativeBatchLoader) {
    this.loader = loader
  }

  remaining(): number {
    return this.loader.remaining()
  }

  close(): void {
    this.loader.close()
  }
}

export class NativeBackend implements TrainingBackend {
  readonly #model: NativeModel
  readonly #dataset: NativeDataset
  readonly #plan: Plan

  constructor(plan: Plan, dataset: NativeDataset, settings: EngineSettings) {
    this.#plan = plan
    this.#dataset = dataset
    this.#model = createNativeModel(plan, settings)
  }

  computation(): Computation {
    return { backend: 'native', device: 'CPU', tensorflow: null }
  }

  parameters(): ParameterInfo[] {
    return this.#model.parameters()
  }

  initialize(seed: number): void {
    this.#model.initialize(seed)
  }

  setParameter(name: string, values: Float32Array): void {
    this.#model.setParameter(name, values)
  }

  configure(config: TrainingConfig): void {
    this.#model.configureTraining(trainingSettings(config))
  }

  openBatches(options: BatchStreamOptions): NativeBatchStream {
    return openNativeBatches(this.#plan, this.#dataset, options)
  }

  trainSteps(batches: NativeBatchStream, learningRateScales: Float64Array): Promise<Float64Array> {
    return this.#model.trainSteps(batches.loader, learningRateScales)
  }

  setProfiling(on: boolean): void {
    this.#model.setProfiling(on)
  }

  profile(): OperationTotal[] {
    return z.array(operationTotal).parse(JSON.parse(this.#model.profile()))
  }

  async evaluate(batches: NativeBatchStream, unknown: Uint8Array | null): Promise<Evaluation> {
    return toEvaluation(await this.#model.evaluate(batches.loader, unknown))
  }

  predict(batches: NativeBatchStream): Promise<Float32Array> {
    return this.#model.predict(batches.loader)
  }

  stepCount(): number {
    return this.#model.stepCount()
  }

  save(path: string): Promise<{ bytes: number; sha256: string }> {
    return this.#model.save(path, '{}', true)
  }

  async load(path: string, stepCount: number): Promise<void> {
    await this.#model.load(path, true)
    this.#model.setStepCount(stepCount)
  }

  quantise(quantisation: Quantisation): Promise<void> {
    return this.#model.quantise(JSON.stringify(quantisation))
  }

  memoryBytes(): number {
    return this.#model.memoryBytes()
  }
}

/** The batches of a split with the columns that the plan reads. A thread of the addon prepares them. */
export function openNativeBatches(
  { inputs }: Plan,
  dataset: NativeDataset,
  options: BatchStreamOptions,
): NativeBatchStream {
  const { dense, sparse } = inputs
  return new NativeBatchStream(
    dataset.batches({ ...options, dense, sparse: sparse.map((column) => column.name) }),
  )
}

/**
 * A model of the embedded engine on the CPU's best instruction set. Its parameters are zeros until they are drawn or
 * set.
 */
export function createNativeModel(plan: Plan, { threads, precision, seed }: EngineSettings): NativeModel {
  const addon = nativeAddon()
  return new addon.Model(
    JSON.stringify(plan),
    JSON.stringify({ threads, instructionSet: 'auto', precision, seed }),
  )
}

/** The engine's TrainingSettings as JSON. */
export function trainingSettings(
  config: Pick<TrainingConfig, 'tables' | 'dense' | 'gradientClipNorm' | 'accumulateBatches'>,
): string {
  const { tables, dense, gradientClipNorm, accumulateBatches } = config
  return JSON.stringify({ tables, dense, gradientClipNorm, accumulateBatches })
}

/** A metric that the rows do not define is null: it is NaN or infinite if all labels are the same. */
export function toEvaluation({ known, unknown, ...metrics }: BinaryMetrics): Evaluation {
  const defined = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    ...metrics,
    ...(unknown && {
      unknownRows: unknown.rows,
      unknownAuc: defined(unknown.auc),
      knownAuc: known ? defined(known.auc) : null,
    }),
    auc: defined(metrics.auc),
    prAuc: defined(metrics.prAuc),
    normalizedEntropy: defined(metrics.normalizedEntropy),
    calibration: defined(metrics.calibration),
  }
}
