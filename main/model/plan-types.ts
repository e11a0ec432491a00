/**
 * The execution plan: what a model document becomes once a dataset's columns are bound to it.
 * A flat list of operations over values of shape [batch, width], in an order in which every input comes
 * before its use. Both backends run it, the designer shows its shapes, the profiler reports on its
 * operations. It travels to the native engine as JSON (native/engine reads the same names).
 */

/** Index into Plan.values. Every value is a row-major f32 matrix [batch, width]. */
export type ValueIndex = number
/** Index into Plan.parameters. */
export type ParameterIndex = number

export interface Plan {
  version: 1
  /** What a batch has to carry, in this order. */
  inputs: { dense: string[]; sparse: PlanSparseColumn[] }
  /** In canonical order: initial values are drawn from one random stream in this order. */
  parameters: PlanParameter[]
  values: PlanValue[]
  operations: PlanOperation[]
  loss: PlanLoss
}

export interface PlanSparseColumn {
  name: string
  /** A batch's indices for this column are in [0, cardinality). */
  cardinality: number
  /** Whether a row may carry any number of indices (a bag); otherwise exactly one. */
  multiValued: boolean
}

export interface PlanParameter {
  /** The reference's name, e.g. emb_l.0.weight, bot_l.2.bias. */
  name: string
  /** Tables [rows, dim]; weight matrices [out, in]; vectors [n]. */
  shape: number[]
  /** Tables are updated row by row, only where a batch touched them. */
  kind: 'table' | 'dense'
  initial: PlanInitializer
  /** Of tables: what predictions read in place of rows that training never reached; those rows themselves if absent. */
  untrained?: 'mean' | 'zero'
}

export type PlanInitializer =
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'normal'; mean: number; standardDeviation: number }
  | { kind: 'constant'; value: number }

export interface PlanValue {
  /** Node id, and `.k` for the inner values of a node with several operations. */
  name: string
  width: number
}

export type Activation = 'none' | 'relu' | 'sigmoid' | 'tanh' | 'gelu'

/** How a column's index becomes a table's row. */
export type IndexMap =
  | { kind: 'identity' }
  /** Shi et al. 2019, quotient-remainder trick: row = index div divisor, or index mod divisor. */
  | { kind: 'quotient'; divisor: number }
  | { kind: 'remainder'; divisor: number }
  /** row = (index * 2654435761 mod 2^32) mod rows. */
  | { kind: 'hash'; rows: number }

/** `node` is the id of the document's node that the operation came from. */
export type PlanOperation = { node: string } &
  /** Columns first .. first + width of output of a batch's dense features. */
  (
    | { kind: 'denseInput'; first: number; output: ValueIndex }
    /**
     * Pools table rows [rows, dim] of each bag; an empty bag gives zeros. rowWeights: learned [rows]; with a quotient or
     * remainder map [cardinality], by the index itself, and the same for both halves of a pair.
     */
    | {
        kind: 'embeddingBag'
        column: number
        table: ParameterIndex
        rowWeights: ParameterIndex | null
        pooling: 'sum' | 'mean'
        indexMap: IndexMap
        output: ValueIndex
      }
    /** output = activation(input · weightᵀ + bias); weight [out, in], bias [out]. */
    | {
        kind: 'linear'
        input: ValueIndex
        weight: ParameterIndex
        bias: ParameterIndex | null
        activation: Activation
        output: ValueIndex
      }
    | { kind: 'activation'; input: ValueIndex; activation: Activation; output: ValueIndex }
    /** Training only: zero with probability rate, else scale by 1/(1-rate). */
    | { kind: 'dropout'; input: ValueIndex; rate: number; output: ValueIndex }
    | { kind: 'concat'; inputs: ValueIndex[]; output: ValueIndex }
    /** Elementwise, all of the same width. */
    | { kind: 'sum'; inputs: ValueIndex[]; output: ValueIndex }
    | { kind: 'multiply'; inputs: [ValueIndex, ValueIndex]; output: ValueIndex }
    /**
     * Pairwise dot products of k vectors of the same width, strictly lower triangle in row-major order
     * (with includeSelf the diagonal too); keepFirst puts inputs[0] itself in front (Naumov et al. 2019).
     */
    | { kind: 'dot'; inputs: ValueIndex[]; includeSelf: boolean; keepFirst: boolean; output: ValueIndex }
    /** Wang et al. 2017: x0 * (x · weight) + bias + x; weight [width], bias [width]. */
    | {
        kind: 'crossV1'
        x0: ValueIndex
        x: ValueIndex
        weight: ParameterIndex
        bias: ParameterIndex
        output: ValueIndex
      }
    /** Wang et al. 2021: x0 ⊙ projected + x, where projected = W x + b (or U V x + b) comes from linear operations. */
    | { kind: 'crossV2'; x0: ValueIndex; x: ValueIndex; projected: ValueIndex; output: ValueIndex }
    /** Rendle 2010: ½ Σ_d ((Σ_k v)² − Σ_k v²), width 1. */
    | { kind: 'factorizationMachine'; inputs: ValueIndex[]; output: ValueIndex }
    /** Adds a scalar parameter [1] to every element. */
    | { kind: 'bias'; input: ValueIndex; bias: ParameterIndex; output: ValueIndex }
  )

/**
 * prediction has width 1. For bce and weightedBce it is a probability (after a sigmoid).
 * clamp t > 0 limits it to [t, 1 - t], with zero gradient outside. weights = [for label 0, for label 1].
 */
export interface PlanLoss {
  kind: 'bce' | 'weightedBce' | 'mse'
  prediction: ValueIndex
  clamp: number
  weights: [number, number]
}
