/** What operations of a plan refer to: its values and parameters. */

export type { PlanInitializer, PlanParameter, PlanValue } from '../../native/generated/engine.ts'

/** Index into Plan.values. Every value is a row-major f32 matrix [batch, width]. */
export type ValueIndex = number
/** Index into Plan.parameters. */
export type ParameterIndex = number
