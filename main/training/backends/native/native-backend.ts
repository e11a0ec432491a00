/** The embedded engine as a training backend: everything runs in the addon, off the JavaScript thread. */
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
  type BatchPass,
  type OperationTotal,
  type PassOptions,
  type TrainingBackend,
} from '../backend.ts'

/** What of the configuration the engine is built with; the rest goes through configure. */
export type EngineSettings = Pick<TrainingConfig, 'threads' | 'precision' | 'seed'>

export class NativePass implements BatchPass {
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

  openPass(options: PassOptions): NativePass {
    return openNativePass(this.#plan, this.#dataset, options)
  }

  trainSteps(pass: NativePass, learningRateScales: Float64Array): Promise<Float64Array> {
    return this.#model.trainSteps(pass.loader, learningRateScales)
  }

  setProfiling(on: boolean): void {
    this.#model.setProfiling(on)
  }

  profile(): OperationTotal[] {
    return z.array(operationTotal).parse(JSON.parse(this.#model.profile()))
  }

  async evaluate(pass: NativePass, unknown: Uint8Array | null): Promise<Evaluation> {
    return toEvaluation(await this.#model.evaluate(pass.loader, unknown))
  }

  predict(pass: NativePass): Promise<Float32Array> {
    return this.#model.predict(pass.loader)
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

/** A pass over a split with the columns that the plan reads, prepared on a thread of its own. */
export function openNativePass({ inputs }: Plan, dataset: NativeDataset, options: PassOptions): NativePass {
  const { dense, sparse } = inputs
  return new NativePass(dataset.batches({ ...options, dense, sparse: sparse.map((column) => column.name) }))
}

/** A model of the embedded engine on the CPU's best instruction set; its parameters are zeros until drawn or set. */
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

/** What the rows do not define (NaN or infinite, where all labels are the same) is null. */
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
