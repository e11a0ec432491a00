/** What operations of a plan refer to: its values and parameters. */

/** Index into Plan.values. Every value is a row-major f32 matrix [batch, width]. */
export type ValueIndex = number
/** Index into Plan.parameters. */
export type ParameterIndex = number

export interface PlanParameter {
  /** The reference's name, e.g. emb_l.0.weight, bot_l.2.bias. */
  name: string
  /** Tables [rows, dim]; weight matrices [out, in]; vectors [n]. */
  shape: number[]
  /** Tables are updated row by row, only where a batch touched them. */
  kind: 'table' | 'dense'
  initial: PlanInitializer
  /**
   * For tables: what predictions read instead of rows that training never reached; if absent, those rows as they are.
   */
  untrained?: 'mean' | 'zero'
}

export type PlanInitializer =
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'normal'; mean: number; standardDeviation: number }
  | { kind: 'constant'; value: number }

export interface PlanValue {
  /** The node's id, with the suffix `.k` for inner values of a node with several operations. */
  name: string
  width: number
}
