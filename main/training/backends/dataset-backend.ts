/** What both backends have in common: a model that is bound to a dataset, whose batches the addon prepares. */
import type { BatchLoaderOptions, NativeBatchLoader, ParameterInfo } from '../../../native/index.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { BatchStream, BatchStreamOptions, TrainableModel } from './backend.ts'

/** What has the batches of a dataset: the dataset, or on a rank without a copy its connection to one that has it. */
export interface BatchMaker {
  batches(options: BatchLoaderOptions): NativeBatchLoader
}

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

export abstract class DatasetBackend<Model extends TrainableModel> implements TrainableModel {
  protected readonly model: Model
  readonly #dataset: BatchMaker
  readonly #plan: Plan

  constructor(plan: Plan, dataset: BatchMaker, model: Model) {
    this.#plan = plan
    this.#dataset = dataset
    this.model = model
  }

  parameters(): ParameterInfo[] {
    return this.model.parameters()
  }

  initialize(seed: number): void {
    this.model.initialize(seed)
  }

  setParameter(name: string, values: Float32Array): void {
    this.model.setParameter(name, values)
  }

  stepCount(): number {
    return this.model.stepCount()
  }

  memoryBytes(): number {
    return this.model.memoryBytes()
  }

  /** The batches of a split with the columns that the plan reads. A thread of the addon prepares them. */
  openBatches(options: BatchStreamOptions): NativeBatchStream {
    const { dense, sparse } = this.#plan.inputs
    const columns = { dense, sparse: sparse.map(({ name }) => name) }
    return new NativeBatchStream(this.#dataset.batches({ ...options, ...columns }))
  }
}
