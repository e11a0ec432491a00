/**
 * The execution plan: what a model document becomes once a dataset's columns are bound to it. Both backends run it, the
 * designer shows its shapes, the profiler reports on its operations. It travels to the native engine as JSON, whose types come
 * from the engine; kinds of nodes define the fields of their operations.
 */
import type { Plan as EnginePlan, PlanOperation as EngineOperation } from '../../native/generated/engine.ts'
import type { OperationOfKinds } from './kinds/index.ts'

export type { PlanLoss, PlanSparseColumn } from '../../native/generated/engine.ts'

export type PlanOperation = EngineOperation & OperationOfKinds

export interface Plan extends EnginePlan {
  operations: PlanOperation[]
}
