/** The plan of a job as command line and window ask for it: a dataset and settings instead of the planner's numbers. */
import { hostname, totalmem } from 'node:os'
import type { PlannedConfig } from '../../contract/cluster.ts'
import type { PlacedShard, TablePlan } from '../../contract/table-plan.ts'
import type { BoundColumns } from '../../model/document.ts'
import { meanLookups } from '../../model/mean-lookups.ts'
import type { Plan } from '../../model/plan-types.ts'
import type { UnitTimes } from '../../model/step-time/fit.ts'
import { ORDINARY_HOST, type Host } from './hosts.ts'
import { measuredStep } from './measured-step.ts'
import { placeTables } from './place-tables.ts'

export interface JobToPlan {
  plan: Plan
  /** Of the dataset. */
  columns: BoundColumns
  /** The samples of an epoch. */
  trainRows: number
  config: PlannedConfig
  ranks: number
  /** null means this machine. */
  hosts: readonly Host[] | null
  /** Where a person wants tables. */
  pins: readonly PlacedShard[]
  /** What this machine was measured to take, which says nothing of other hosts; null if it was not measured. */
  unitTimes: UnitTimes | null
}

/** Takes up to seconds for a thousand tables. Throws what placeTables does. */
export function planJob(job: JobToPlan): TablePlan {
  const { plan, columns, trainRows, config, ranks, hosts, pins, unitTimes } = job
  const { batchSize, tables, dense } = config
  const step = { backend: 'native', batchSize, tables, dense, ranks } as const
  return placeTables(plan, {
    ranks,
    hosts: hosts ?? [thisMachine(ranks)],
    tables: tables.kind,
    dense: dense.kind,
    batchSize,
    lookups: meanLookups(plan, columns),
    pins,
    ...(hosts === null && unitTimes && { measured: measuredStep(plan, columns, trainRows, step, unitTimes) }),
  })
}

/** This machine as the only host of a job. */
export const thisMachine = (ranks: number): Host => ({
  ...ORDINARY_HOST,
  name: hostname(),
  slots: ranks,
  memoryBytes: totalmem(),
})
