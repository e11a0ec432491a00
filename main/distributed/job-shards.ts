/** Which rank of a job has which tables. Every rank finds out by itself, from what all of them know. */
import type { TableShard } from '../../native/index.ts'
import { StudioError } from '../contract/errors.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import { meanLookups } from '../model/mean-lookups.ts'
import type { Plan } from '../model/plan-types.ts'
import { defaultShards, shardsOf } from './planner/place-tables.ts'

export function jobShards(
  plan: Plan,
  manifest: DatasetManifest,
  { tables, dense, batchSize, placement }: TrainingConfig,
  ranks: number,
): TableShard[] {
  if (placement)
    return shardsOf(plan, { version: 1, ranks, shards: placement }, { ranks, tables: tables.kind })
  return defaultShards(plan, {
    ranks,
    tables: tables.kind,
    dense: dense.kind,
    batchSize,
    lookups: meanLookups(plan, columnsOf(manifest)),
  })
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
