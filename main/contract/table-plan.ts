/** Which rank of a job has which tables, as `plan` prints it and `train --plan` takes it. */
import { z } from 'zod'
import { MAX_RANKS, tableShard } from './training.ts'

const { rank } = tableShard.shape
const milliseconds = z.number().min(0)

/**
 * What one rank has of a table. In a file without `columns` they are all from firstColumn on; with firstRow and without
 * `rows` these are all from firstRow on.
 */
export const placedShard = tableShard.extend({
  firstColumn: tableShard.shape.firstColumn.default(0),
  columns: tableShard.shape.columns.optional(),
  /** Of its parameters and their optimizer state. */
  bytes: z.number().min(0).optional(),
  /** Whether a person placed it, so that a new plan leaves it where it is. */
  pinned: z.literal(true).optional(),
})
export type PlacedShard = z.infer<typeof placedShard>

/** Which columns or rows a shard has, for people. */
export const partOfTable = ({
  firstColumn,
  columns,
  firstRow = 0,
  rows,
}: z.infer<typeof tableShard>): string =>
  rows === undefined
    ? `columns ${firstColumn} to ${firstColumn + columns - 1}`
    : `rows ${firstRow} to ${firstRow + rows - 1}`

/** What a job does in a step, without what the exchanges hide behind computation. */
export const plannedRank = z.strictObject({
  rank,
  host: z.string(),
  /** The whole process. */
  memoryBytes: z.number().min(0),
  /** Lookups and updates of its tables, for all samples of the batch. */
  lookupsMs: milliseconds,
  /** Pooled rows and their gradients, and the gradients of dense parameters. */
  exchangeMs: milliseconds,
  /** Everything else, for its own samples. */
  denseMs: milliseconds,
})
export type PlannedRank = z.infer<typeof plannedRank>

const common = { version: z.literal(1), ranks: z.int().min(1).max(MAX_RANKS) }

export const tablePlan = z.strictObject({
  ...common,
  shards: z.array(placedShard.required({ columns: true, bytes: true })),
  /** In the order of the ranks. */
  perRank: z.array(plannedRank),
  /** Of the slowest rank. */
  stepMs: milliseconds,
  /** The rank that the others wait for. */
  slowestRank: rank,
})
export type TablePlan = z.infer<typeof tablePlan>

/** A plan in a file, which a person may have written: only the shards count. */
export const tablePlanFile = z.strictObject({
  ...common,
  shards: z.array(placedShard),
  perRank: z.array(plannedRank).optional(),
  stepMs: milliseconds.optional(),
  slowestRank: rank.optional(),
})
export type TablePlanFile = z.infer<typeof tablePlanFile>
