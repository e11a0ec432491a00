/** Which rank of a job has which tables. Every rank finds out by itself, from what all of them know. */
import type { TableShard } from '../../native/index.ts'
import type { DatasetManifest } from '../contract/manifest.ts'
import type { TrainingConfig } from '../contract/training.ts'
import { columnsOf } from '../datasets/columns-of.ts'
import type { Plan } from '../model/plan-types.ts'
import { defaultShards, lookupsOf } from './planner/place-tables.ts'

export function jobShards(
  plan: Plan,
  manifest: DatasetManifest,
  { tables, dense, batchSize }: TrainingConfig,
  ranks: number,
): TableShard[] {
  return defaultShards(plan, {
    ranks,
    tables: tables.kind,
    dense: dense.kind,
    batchSize,
    lookups: lookupsOf(plan, columnsOf(manifest)),
  })
}
