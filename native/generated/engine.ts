/** Generated from the Rust sources by `npm run generate`: do not edit. Change the types and their comments there. */

export type Activation = 'none' | 'relu' | 'sigmoid' | 'tanh' | 'gelu'

export type BenchmarkOptions = {
  batchSize: number
  /**
   * How many different batches of uniform indices are made in advance.
   */
  batches: number
  warmupSteps: number
  seconds: number
  indicesPerLookup: number
  /**
   * Whether the size of a bag is uniform up to indicesPerLookup and duplicates are removed, as in the reference.
   */
  variableBagSize: boolean
  seed: number
  /**
   * Further steps to record after the measured ones, for as many seconds at most; 0 if absent.
   */
  traceSteps?: number
  /**
   * Whether operations are counted, from which the report's profile is made; true if absent.
   */
  profile?: boolean
}

export type BenchmarkReport = {
  millisecondsPerStep: Array<number>
  /**
   * The times of the operations, summed over these steps.
   */
  profile: Array<OperationProfile>
  /**
   * The time of a step outside all operations; 0 without a profile.
   */
  overheadMs: number
  /**
   * What this rank's exchanges took in these steps, if the model has ranks.
   */
  exchanges?: Array<ExchangeReport>
  trace?: Trace
}

/**
 * How good a set of predictions is. A metric that is not defined, such as the AUC of a single class, is NaN.
 */
export type BinaryMetrics = {
  logLoss: number
  auc: number
  prAuc: number
  accuracy: number
  /**
   * Log loss over the entropy of the label's mean (He et al. 2014).
   */
  normalizedEntropy: number
  /**
   * Mean prediction over mean label.
   */
  calibration: number
  /**
   * For regression losses.
   */
  meanSquaredError: number
  rows: number
  /**
   * Of the rows whose values are all known, where both parts are asked for and there are any.
   */
  known?: PartMetrics
  /**
   * Of the rows with an unknown value.
   */
  unknown?: PartMetrics
}

export type EngineOptions = {
  /**
   * 0 = all cores.
   */
  threads: number
  /**
   * 'auto' takes the best the CPU has; a forced one that is missing is an InvalidArgument.
   */
  instructionSet: InstructionSet
  precision: Precision
  /**
   * Seeds dropout masks.
   */
  seed: number
  /**
   * Which rank has which tables, if the model has ranks.
   */
  shards?: Array<TableShard>
  /**
   * How the ranks exchange pooled rows; all-to-all if absent.
   */
  exchange?: ExchangeMethod
}

/**
 * How pooled rows get to the ranks that have the samples, and their gradients back: the three ways that Naumov et al. 2019
 * and the reference compare.
 */
export type ExchangeMethod = 'scatter' | 'fused-scatter' | 'all-to-all'

/**
 * What the exchanges of a rank are for.
 */
export type ExchangeName = 'pooledRows' | 'pooledGradients' | 'denseGradients' | 'other'

/**
 * What the exchanges of one kind have taken on a rank.
 */
export type ExchangeReport = {
  name: ExchangeName
  count: number
  /**
   * Sent to other ranks and received from them.
   */
  bytes: number
  milliseconds: number
  /**
   * The part of these for which the computation had to wait.
   */
  waitedMilliseconds: number
}

/**
 * An exchange on the thread that makes them, from its begin on this rank to its end.
 */
export type ExchangeSpan = {
  name: ExchangeName
  /**
   * Sent to other ranks and received from them.
   */
  bytes: number
  startUs: number
  durationUs: number
}

export type Format = 'fp32' | 'fp16' | 'int8' | 'int4'

/**
 * How a column's index becomes a table's row: itself; index div divisor and index mod divisor, as in the quotient-remainder
 * trick (Shi et al. 2019); or (index * 2654435761 mod 2^32) mod rows.
 */
export type IndexMap =
  | { kind: 'identity' }
  | { kind: 'quotient'; divisor: number }
  | { kind: 'remainder'; divisor: number }
  | { kind: 'hash'; rows: number }

export type InstructionSet = 'auto' | 'avx512' | 'avx2' | 'neon' | 'portable'

export type LossKind = 'bce' | 'weightedBce' | 'mse'

/**
 * The totals of one name in one phase.
 */
export type OperationProfile = {
  /**
   * The layer of a linear operation (bot_l.0), the value another one writes; `tables` for all lookups together, `loss`,
   * `dense parameters` for their update, `batches` for waiting for data.
   */
  name: string
  phase: Phase
  calls: number
  milliseconds: number
  flops: number
  bytes: number
}

export type OperationSpan = {
  /**
   * Index into the trace's names.
   */
  name: number
  phase: Phase
  flops: number
  bytes: number
  startUs: number
  durationUs: number
}

export type OptimizerKind = 'sgd' | 'adagrad' | 'rowWiseAdagrad' | 'adam'

export type OptimizerSettings = {
  kind: OptimizerKind
  learningRate: number
  /**
   * Adagrad and row-wise Adagrad 1e-10, Adam 1e-8.
   */
  epsilon: number
  beta1: number
  beta2: number
  /**
   * L2: adds l2 * parameter to its gradient (of touched rows, for tables).
   */
  l2: number
}

/**
 * Tables are updated row by row, and only the rows that a batch has looked up.
 */
export type ParameterKind = 'table' | 'dense'

/**
 * Metrics of some of the rows.
 */
export type PartMetrics = { rows: number; auc: number; logLoss: number }

export type Phase = 'forward' | 'backward' | 'update' | 'data'

/**
 * A flat list of operations over values of shape [batch, width], in an order in which every input comes before its use.
 */
export type Plan = {
  version: 1
  operations: Array<PlanOperation>
  loss: PlanLoss
  inputs: PlanInputs
  /**
   * In canonical order: initial values are drawn from one random stream in this order.
   */
  parameters: Array<PlanParameter>
  values: Array<PlanValue>
}

export type PlanInitializer =
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'normal'; mean: number; standardDeviation: number }
  | { kind: 'constant'; value: number }

/**
 * What a batch has to carry, in this order.
 */
export type PlanInputs = { dense: Array<string>; sparse: Array<PlanSparseColumn> }

export type PlanLoss = {
  kind: LossKind
  /**
   * A value of width 1. Of bce and weightedBce it is a probability (after a sigmoid).
   */
  prediction: number
  /**
   * Above 0 it limits predictions to [clamp, 1 - clamp], with zero gradient outside.
   */
  clamp: number
  /**
   * Of weightedBce: for label 0 and for label 1.
   */
  weights: [number, number]
}

/**
 * An operation and the id of the document's node that it came from.
 */
export type PlanOperation = { node: string }

export type PlanParameter = {
  /**
   * The reference's name, e.g. emb_l.0.weight, bot_l.2.bias.
   */
  name: string
  /**
   * Tables [rows, dimension]; weight matrices [out, in]; vectors [n].
   */
  shape: Array<number>
  kind: ParameterKind
  initial: PlanInitializer
  /**
   * Of tables; `initial` if absent.
   */
  untrained?: UntrainedRows
}

export type PlanSparseColumn = {
  name: string
  /**
   * A batch's indices for this column are in [0, cardinality).
   */
  cardinality: number
  /**
   * Whether a row may carry any number of indices (a bag); otherwise exactly one.
   */
  multiValued: boolean
}

/**
 * A row-major f32 matrix [batch, width].
 */
export type PlanValue = {
  /**
   * The node's id, and `.k` for the inner values of a node with several operations.
   */
  name: string
  width: number
}

export type Pooling = 'sum' | 'mean'

/**
 * The type that operands of matrix products are rounded to. Sums are always f32.
 */
export type Precision = 'fp32' | 'bf16'

/**
 * Row-wise: every row of a table, or of a layer's weights, has a scale and an offset of its own.
 */
export type Quantisation = { tables: Exclude<Format, 'fp16'>; dense: Exclude<Format, 'int4'> }

export type Roofs = { gflops: number; gbPerSecond: number }

/**
 * An interval of time. It starts `start_us` microseconds after the recording began.
 */
export type Span = { startUs: number; durationUs: number }

/**
 * What one rank has of a table: some columns of all rows, or some rows. The shards of a table cover it exactly once.
 */
export type TableShard = {
  /**
   * The parameter's name.
   */
  table: string
  rank: number
  firstColumn: number
  columns: number
  /**
   * Given together with `rows`, and only where the rows are divided: the first of them.
   */
  firstRow?: number
  rows?: number
}

/**
 * What one thread of the pool did of an operation.
 */
export type ThreadSpan = {
  /**
   * 0 is the thread that runs the steps.
   */
  thread: number
  startUs: number
  durationUs: number
}

/**
 * Training steps as a time line. A wait for a batch lies before its step.
 */
export type Trace = {
  names: Array<string>
  threads: number
  steps: Array<Span>
  /**
   * In the order in which they ended.
   */
  operations: Array<OperationSpan>
  /**
   * What each thread did of the operations.
   */
  shares: Array<ThreadSpan>
  /**
   * What this rank exchanged in these steps, if the model has ranks.
   */
  exchanges: Array<ExchangeSpan>
  /**
   * By how many microseconds the beginning of this time line may differ from that of rank 0's.
   */
  clockErrorUs: number
  /**
   * False if the limit of events was reached before the requested number of steps.
   */
  complete: boolean
}

export type TrainingSettings = {
  tables: OptimizerSettings
  dense: OptimizerSettings
  /**
   * Global gradient norm limit over dense parameters and table gradients; 0 = off.
   */
  gradientClipNorm: number
  /**
   * Optimizer step after this many batches, on their mean gradient.
   */
  accumulateBatches: number
}

/**
 * What a prediction reads in place of a row that training has never looked up: the row as it was initialised, zeros, or the
 * mean of the rows that training has looked up.
 */
export type UntrainedRows = 'initial' | 'zero' | 'mean'
