/** The units in which the work of a step is described. */
import type { OptimizerKind } from '../costs.ts'
import type { Amounts } from './amounts.ts'

/** `outside` is a step's time between its operations. */
export type WorkPhase = 'forward' | 'backward' | 'update' | 'outside'

/** Items of the same name and phase are one entry of a profile. */
export interface WorkItem {
  /** The name in profiles (operation-names.ts). */
  name: string
  phase: WorkPhase
  /** The id of the document's node that it is done for; null for the whole step. */
  node: string | null
  amounts: Amounts
}

export interface StepSettings {
  backend: 'native' | 'tensorflow'
  batchSize: number
  /** The optimizers. */
  tables: OptimizerKind
  dense: OptimizerKind
  /** The mean number of indices in a sample, for each of the plan's sparse columns. */
  lookups: number[]
  /** The number of samples after which the same ones repeat: the rows of an epoch. */
  samples: number
  /** Whether the batch is one of several ranks, where no parameter is updated within the backward pass. */
  acrossRanks?: boolean
}
