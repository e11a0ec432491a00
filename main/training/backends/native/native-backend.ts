/** The embedded engine as a training backend. Everything runs in the addon, outside the JavaScript thread. */
import {
  nativeAddon,
  type BinaryMetrics,
  type EngineOptions,
  type NativeModel,
  type NativeRanks,
  type OperationProfile,
  type Quantisation,
  type TableShard,
} from '../../../../native/index.ts'
import type { Computation, Evaluation } from '../../../contract/runs.ts'
import type { RankExchange } from '../../../contract/rank-exchange.ts'
import type { TrainingConfig } from '../../../contract/training.ts'
import type { Plan } from '../../../model/plan-types.ts'
import type { BatchStreamOptions, OperationTotal, TrainingBackend } from '../backend.ts'
import { DatasetBackend, type BatchMaker, type NativeBatchStream } from '../dataset-backend.ts'

/** The part of the configuration with which the engine is built; configure takes the rest. */
export type EngineSettings = Pick<TrainingConfig, 'threads' | 'precision' | 'seed'>

/** A model's part in an MPI job: this rank, and which rank has which tables. */
export interface RankPart {
  ranks: NativeRanks
  shards: readonly TableShard[]
  /** How ranks exchange pooled rows; all to all if absent. */
  exchange?: RankExchange
}

/** With `part`, calls that train, predict, save and load have to be made on all ranks of the job. */
export class NativeBackend extends DatasetBackend<NativeModel> implements TrainingBackend {
  readonly #ranks: NativeRanks | undefined

  constructor(plan: Plan, dataset: BatchMaker, settings: EngineSettings, part?: RankPart) {
    super(plan, dataset, createNativeModel(plan, settings, part))
    this.#ranks = part?.ranks
  }

  /** A rank reads only what it computes with. */
  override openBatches(options: BatchStreamOptions): NativeBatchStream {
    const ranks = this.#ranks
    if (!ranks) return super.openBatches(options)
    const rank = { rank: ranks.rank(), ranks: ranks.ranks(), columns: this.model.lookedUpColumns() }
    return super.openBatches({ ...options, rank })
  }

  computation(): Computation {
    return { backend: 'native', device: 'CPU', tensorflow: null }
  }

  configure(config: TrainingConfig): void {
    this.model.configureTraining(trainingSettings(config))
  }

  trainSteps(batches: NativeBatchStream, learningRateScales: Float64Array): Promise<Float64Array> {
    return this.model.trainSteps(batches.loader, learningRateScales)
  }

  setProfiling(on: boolean): void {
    this.model.setProfiling(on)
  }

  profile(): OperationTotal[] {
    return JSON.parse(this.model.profile()) as OperationProfile[]
  }

  async evaluate(batches: NativeBatchStream, unknown: Uint8Array | null): Promise<Evaluation> {
    return toEvaluation(await this.model.evaluate(batches.loader, unknown))
  }

  predict(batches: NativeBatchStream): Promise<Float32Array> {
    return this.model.predict(batches.loader)
  }

  save(path: string): Promise<{ bytes: number; sha256: string }> {
    return this.model.save(path, '{}', true)
  }

  async load(path: string, stepCount: number): Promise<void> {
    await this.model.load(path, true)
    this.model.setStepCount(stepCount)
  }

  quantise(quantisation: Quantisation): Promise<void> {
    return this.model.quantise(JSON.stringify(quantisation))
  }
}

/**
 * A model of the embedded engine on the CPU's best instruction set. Its parameters are zeros until they are drawn or
 * set.
 */
export function createNativeModel(
  plan: Plan,
  { threads, precision, seed }: EngineSettings,
  { ranks, shards, exchange }: Partial<RankPart> = {},
): NativeModel {
  const addon = nativeAddon()
  const options: EngineOptions = {
    threads,
    instructionSet: 'auto',
    precision,
    seed,
    ...(shards && { shards: [...shards] }),
    ...(exchange && { exchange }),
  }
  return new addon.Model(JSON.stringify(plan), JSON.stringify(options), ranks)
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
