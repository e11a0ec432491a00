/** What the parts of a step's time are told in. */
import type { OptimizerKind } from '../costs.ts'
import type { Amounts } from './amounts.ts'

/** `outside`: a step's time between its operations. */
export type WorkPhase = 'forward' | 'backward' | 'update' | 'outside'

/** Items of the same name and phase are one line of a profile. */
export interface WorkItem {
  /** As profiles name it (operation-names.ts). */
  name: string
  phase: WorkPhase
  /** Id of the document's node it is done for; null: for the whole step. */
  node: string | null
  amounts: Amounts
}

export interface StepSettings {
  backend: 'native' | 'tensorflow'
  batchSize: number
  /** The optimizers. */
  tables: OptimizerKind
  dense: OptimizerKind
  /** Mean number of indices a sample has, of each of the plan's sparse columns. */
  lookups: number[]
  /** After so many samples the same come again: the rows of an epoch. */
  samples: number
}
