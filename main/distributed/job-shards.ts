/** Which rank of a job has which tables. Rank 0 places them and tells the others. */
import type { TableShard } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import { slotsOf, type RankHost, type TrainingConfig } from '../contract/training.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import type { Plan } from '../model/plan-types.ts'
import { completeHost } from './planner/hosts.ts'
import { planJob } from './planner/plan-job.ts'
import { engineShard, shardsOf } from './planner/place-tables.ts'

/**
 * For the hosts of a job, in the order of their ranks. Throws InvalidArgument for tables that need more memory than the hosts
 * have, with the bytes that are missing.
 */
export function jobShards(
  plan: Plan,
  manifest: DatasetManifest,
  config: TrainingConfig,
  hosts: readonly RankHost[],
): TableShard[] {
  const { placement, tables } = config
  const ranks = slotsOf(hosts)
  const { shards } = planJob({
    plan,
    columns: columnsOf(manifest),
    trainRows: manifest.splits.train.rows,
    config,
    ranks,
    hosts: hosts.map(completeHost),
    pins: placement ?? [],
    unitTimes: null,
  })
  if (placement)
    return shardsOf(plan, { version: 1, ranks, shards: placement }, { ranks, tables: tables.kind })
  return shards.map(engineShard)
}

/** Throws InvalidArgument if a run's settings place tables that its model has not, or for a run without ranks. */
export function requirePlacement(
  plan: Plan,
  { placement, ranks, tables }: Pick<TrainingConfig, 'placement' | 'ranks' | 'tables'>,
): void {
  if (placement === null) return
  if (ranks === null) {
    throw new StudioError(
      'InvalidArgument',
      'Tables are placed on ranks, and the run has none: give a number of ranks, or leave the placement out.',
      { field: 'config.placement' },
    )
  }
  shardsOf(plan, { version: 1, ranks, shards: placement }, { ranks, tables: tables.kind })
}
