/**
 * TensorFlow as a training backend. It computes on the JavaScript thread of its process, which is the run's trainer.
 */
import {
  nativeAddon,
  type NativeBatchLoader,
  type NativeDataset,
  type NativeModel,
  type Quantisation,
} from '../../../../native/index.ts'
import type { Computation, Evaluation } from '../../../contract/runs.ts'
import type { TrainingConfig } from '../../../contract/training.ts'
import type { Plan } from '../../../model/plan-types.ts'
import { entryKey } from '../../../model/step-time/predict.ts'
import { concatenate } from '../../concatenate.ts'
import type { OperationTotal, TrainingBackend } from '../backend.ts'
import { DatasetBackend, type NativeBatchStream } from '../dataset-backend.ts'
import { toEvaluation } from '../native/native-backend.ts'
import { StepClock, type TimedSpan } from './step-clock.ts'
import { TensorFlowModel } from './tensorflow-model.ts'

export class TensorFlowBackend extends DatasetBackend<TensorFlowModel> implements TrainingBackend {
  readonly #totals = new Map<string, OperationTotal>()
  /** The model that predicts after quantisation. */
  #quantised: NativeModel | null = null

  constructor(plan: Plan, dataset: NativeDataset, config: TrainingConfig) {
    super(plan, dataset, new TensorFlowModel(plan, config))
  }

  computation(): Computation {
    const { version, device } = this.model.library()
    return { backend: 'tensorflow', device, tensorflow: version }
  }

  configure(config: TrainingConfig): void {
    this.model.configure(config)
  }

  async trainSteps({ loader }: NativeBatchStream, learningRateScales: Float64Array): Promise<Float64Array> {
    const losses: number[] = []
    for (const scale of learningRateScales) {
      const loss = await this.model.trainNext(loader, scale)
      if (loss === null) break
      losses.push(loss)
    }
    return Float64Array.from(losses)
  }

  setProfiling(on: boolean): void {
    this.model.setClock(on ? new StepClock((span) => this.#count(span)) : null)
  }

  profile(): OperationTotal[] {
    return [...this.#totals.values()]
  }

  async evaluate({ loader }: NativeBatchStream, unknown: Uint8Array | null): Promise<Evaluation> {
    if (this.#quantised) return toEvaluation(await this.#quantised.evaluate(loader, unknown))
    const { predictions, labels } = await this.#predictions(loader)
    return toEvaluation(nativeAddon().binaryMetrics(predictions, labels, unknown))
  }

  async predict({ loader }: NativeBatchStream): Promise<Float32Array> {
    if (this.#quantised) return this.#quantised.predict(loader)
    return (await this.#predictions(loader)).predictions
  }

  save(path: string): Promise<{ bytes: number; sha256: string }> {
    return this.model.save(path)
  }

  load(path: string, stepCount: number): Promise<void> {
    return this.model.load(path, stepCount)
  }

  async quantise(quantisation: Quantisation): Promise<void> {
    this.#quantised = await this.model.quantised(quantisation)
  }

  #count({ name, phase, from, to }: TimedSpan): void {
    const key = entryKey({ name, phase })
    const total = this.#totals.get(key) ?? { name, phase, milliseconds: 0 }
    total.milliseconds += to - from
    this.#totals.set(key, total)
  }

  async #predictions(
    loader: NativeBatchLoader,
  ): Promise<{ predictions: Float32Array; labels: Float32Array }> {
    const batches = []
    for await (const batch of this.model.predictAll(loader)) batches.push(batch)
    return {
      predictions: concatenate(batches.map(({ predictions }) => predictions)),
      labels: concatenate(batches.map(({ labels }) => labels)),
    }
  }
}
