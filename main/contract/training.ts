/** The settings of a run, for the window's form, the command line and the database. */
import { z } from 'zod'
import { optimizerKinds } from '../model/costs.ts'
import { DEFAULT_RANK_EXCHANGE, rankExchange } from './rank-exchange.ts'

export const optimizerKind = z.enum(optimizerKinds)

export const optimizerSettings = z.strictObject({
  kind: optimizerKind,
  learningRate: z.number().positive().max(1000),
  epsilon: z.number().positive().max(1),
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  l2: z.number().min(0).max(1000),
})

/** The reference's schedule. Steps are counted from 1. */
export const learningRateSchedule = z.strictObject({
  warmupSteps: z.int().min(0),
  decayStartStep: z.int().min(0),
  /** 0 means no decay. */
  decaySteps: z.int().min(0),
})

export const evaluationMetric = z.enum([
  'logLoss',
  'auc',
  'prAuc',
  'accuracy',
  'normalizedEntropy',
  'calibration',
  'meanSquaredError',
])
export type EvaluationMetric = z.infer<typeof evaluationMetric>

/** auto: a GPU if the backend supports one and finds it, otherwise the CPU. */
export const deviceChoice = z.enum(['auto', 'cpu', 'gpu'])
export type DeviceChoice = z.infer<typeof deviceChoice>

/** The largest number of processes of an MPI job. */
export const MAX_RANKS = 4096

const hostFigure = z.number().positive().optional()

/**
 * A host of an MPI job, by a name that its remote shell knows, and how many ranks it runs at most. What it has is measured
 * when a job starts, unless it is given.
 */
export const rankHost = z.strictObject({
  name: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9][\w.-]*$/),
  slots: z.int().min(1).max(MAX_RANKS),
  cores: z.int().min(1).optional(),
  /** For all of its ranks. */
  memoryBytes: hostFigure,
  /** Bytes a second of all of its cores. */
  memoryBandwidth: hostFigure,
  /** Bytes a second in each direction. */
  networkBandwidth: hostFigure,
  /** Seconds until the first byte of a message arrives. */
  networkLatency: hostFigure,
})
export type RankHost = z.infer<typeof rankHost>

export const slotsOf = (hosts: readonly RankHost[]): number =>
  hosts.reduce((sum, { slots }) => sum + slots, 0)

/** What one rank has of a table: some columns of all rows, or some rows. */
export const tableShard = z.strictObject({
  /** The parameter's name. */
  table: z.string().min(1).max(1000),
  rank: z
    .int()
    .min(0)
    .max(MAX_RANKS - 1),
  firstColumn: z.int().min(0),
  columns: z.int().min(1),
  /** Only where the rows are divided, together with `rows`. */
  firstRow: z.int().min(0).optional(),
  rows: z.int().min(1).optional(),
})

export const trainingConfig = z.strictObject({
  backend: z.enum(['native', 'tensorflow']),
  /** The device of the dense layers. Runs of older versions have none. */
  device: deviceChoice.default('auto'),
  /** 0 means all cores; in an MPI job, this rank's share of its host's cores. */
  threads: z.int().min(0).max(1024),
  /**
   * How many processes of an MPI job train together, each with `threads` threads; null means one process without MPI.
   * Runs of older versions have none.
   */
  ranks: z.int().min(1).max(MAX_RANKS).nullable().default(null),
  /** Where the ranks run, the first host's slots first; null means on this machine. Runs of older versions have none. */
  hosts: z.array(rankHost).min(1).max(MAX_RANKS).nullable().default(null),
  /** Which rank has which tables; null means that the planner places them. Runs of older versions have none. */
  placement: z.array(tableShard).max(100_000).nullable().default(null),
  /** How ranks exchange pooled rows, which changes no bit. Runs of older versions have none. */
  exchange: rankExchange.default(DEFAULT_RANK_EXCHANGE),
  precision: z.enum(['fp32', 'bf16']),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  epochs: z.int().min(1).max(100000),
  batchSize: z
    .int()
    .min(1)
    .max(2 ** 24),
  shuffle: z.boolean(),
  tables: optimizerSettings,
  dense: optimizerSettings,
  schedule: learningRateSchedule,
  gradientClipNorm: z.number().min(0),
  accumulateBatches: z.int().min(1).max(100000),
  /** Stop when the validation metric has not improved for this many epochs; null means never. */
  earlyStopping: z.strictObject({ patience: z.int().min(1) }).nullable(),
  /** The metric on the validation split that decides the best checkpoint and early stopping. */
  bestMetric: evaluationMetric,
  /** The number of steps over which a point of the training loss is the mean. */
  logEvery: z.int().min(1),
  /** The number of steps between checkpoints, besides the checkpoint after each epoch; 0 means only those of epochs. */
  checkpointEverySteps: z.int().min(0),
  keepAllCheckpoints: z.boolean(),
})
export type TrainingConfig = z.infer<typeof trainingConfig>
export type OptimizerConfig = z.infer<typeof optimizerSettings>

export function optimizer(kind: OptimizerConfig['kind'], learningRate: number): OptimizerConfig {
  return {
    kind,
    learningRate,
    epsilon: kind === 'adam' ? 1e-8 : 1e-10,
    beta1: 0.9,
    beta2: 0.999,
    l2: 0,
  }
}

/**
 * The defaults of the window and of the command line, chosen on movielens-100k's validation split. A table's row
 * changes only in the steps that touch it, while Adam changes dense parameters in every step, so tables need the higher
 * rate.
 */
export const defaultTrainingConfig: TrainingConfig = {
  backend: 'native',
  device: 'auto',
  threads: 0,
  ranks: null,
  hosts: null,
  placement: null,
  exchange: DEFAULT_RANK_EXCHANGE,
  precision: 'fp32',
  seed: 0,
  epochs: 20,
  batchSize: 256,
  shuffle: true,
  tables: optimizer('adam', 0.01),
  dense: optimizer('adam', 0.003),
  schedule: { warmupSteps: 0, decayStartStep: 0, decaySteps: 0 },
  gradientClipNorm: 0,
  accumulateBatches: 1,
  earlyStopping: null,
  bestMetric: 'auc',
  logEvery: 10,
  checkpointEverySteps: 0,
  keepAllCheckpoints: false,
}

/** The patience with which early stopping starts if it is switched on without a number. */
export const SUGGESTED_PATIENCE = 3

/** The datasets of the quick start: real data where they can be downloaded, otherwise data that are made on the spot. */
export const quickStartSamples = { real: 'movielens-100k', synthetic: 'synthetic-clicks' } as const
export type QuickStartSample = (typeof quickStartSamples)[keyof typeof quickStartSamples]

/** The run of the quick start, which shows a first result soon. */
export const quickStart = {
  name: 'Quick start',
  model: 'dlrm',
  config: { ...defaultTrainingConfig, earlyStopping: { patience: SUGGESTED_PATIENCE } } as TrainingConfig,
} as const

/** Why a schedule is invalid, or null. Its decay must not begin within the warm-up. */
export function scheduleProblem(schedule: TrainingConfig['schedule']): string | null {
  const { warmupSteps, decayStartStep } = schedule
  if (decayStartStep >= warmupSteps) return null
  return (
    `The decay starts at step ${decayStartStep}, inside the warm-up of ${warmupSteps} steps: ` +
    `set schedule.decayStartStep to ${warmupSteps} or more.`
  )
}

/** A rate that is a good first try for batches of some hundred rows. */
export function suggestedLearningRate(kind: OptimizerConfig['kind'], group: 'tables' | 'dense'): number {
  if (kind === 'adam') return defaultTrainingConfig[group].learningRate
  return kind === 'sgd' ? 0.1 : 0.03
}

/** The same settings with another optimizer. A learning rate that was chosen stays, and a suggested one is replaced. */
export function withKind(
  current: OptimizerConfig,
  kind: OptimizerConfig['kind'],
  group: 'tables' | 'dense',
): OptimizerConfig {
  if (kind === current.kind) return current
  const chosen = current.learningRate !== suggestedLearningRate(current.kind, group)
  return {
    ...optimizer(kind, chosen ? current.learningRate : suggestedLearningRate(kind, group)),
    l2: current.l2,
  }
}

/**
 * The metrics by which runs are judged, and the AUCs of rows with and without unknown values, which are only compared.
 */
export type ComparedMetric = EvaluationMetric | 'knownAuc' | 'unknownAuc'

const HIGHER_IS_BETTER = new Set<ComparedMetric>(['auc', 'knownAuc', 'unknownAuc', 'prAuc', 'accuracy'])

/** Whether a smaller value of the metric is better. Calibration is judged by its distance from 1. */
export function isBetter(metric: ComparedMetric, candidate: number, best: number): boolean {
  if (metric === 'calibration') return Math.abs(candidate - 1) < Math.abs(best - 1)
  return HIGHER_IS_BETTER.has(metric) ? candidate > best : candidate < best
}
