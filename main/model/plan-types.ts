/**
 * The execution plan: what a model document becomes once a dataset's columns are bound to it.
 * A flat list of operations over values of shape [batch, width], in an order in which every input comes
 * before its use. Both backends run it, the designer shows its shapes, the profiler reports on its
 * operations. It travels to the native engine as JSON (native/engine reads the same names).
 */
import type { OperationOfKinds } from './kinds/index.ts'
import type { PlanLoss } from './kinds/loss.ts'
import type { PlanParameter, PlanValue } from './plan-values.ts'

export interface Plan {
  version: 1
  /** What a batch must contain, in this order. */
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

/** `node` is the id of the document's node that the operation came from. */
export type PlanOperation = { node: string } & OperationOfKinds
