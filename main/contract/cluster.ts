/** Jobs with several ranks as the window shows them: hosts, plans, and what the ranks have measured. */
import { z } from 'zod'
import { placedShard, tablePlan } from './table-plan.ts'
import { MAX_RANKS, trainingConfig } from './training.ts'

/** The settings of a run that decide where its tables are and what its steps take. */
export const plannedConfig = trainingConfig.pick({
  batchSize: true,
  tables: true,
  dense: true,
  precision: true,
})
export type PlannedConfig = z.infer<typeof plannedConfig>

/** The tables that a person has placed, around which the others are. */
export const pins = z.array(placedShard).max(100_000)

export const planAnswer = z.object({
  plan: tablePlan,
  /** The hosts that have ranks, in their order; memory is null if nobody knows it. */
  hosts: z.array(z.object({ name: z.string(), memoryBytes: z.number().nullable() })),
  /** Whether the times are those of this machine's calibration, rather than of an ordinary machine. */
  calibrated: z.boolean(),
})
export type PlanAnswer = z.infer<typeof planAnswer>

const perStep = z.number().min(0)

/** Means of a step. */
export const exchangeTime = z.object({
  name: z.enum(['pooledRows', 'pooledGradients', 'denseGradients', 'other']),
  /** Sent to other ranks and received from them. */
  bytes: perStep,
  ms: perStep,
  /** The part of it for which the computation waited. */
  waitedMs: perStep,
})
export type ExchangeTime = z.infer<typeof exchangeTime>

/** What a rank has measured of its training steps. Evaluations and checkpoints are left out. */
export const rankTime = z.object({
  rank: z
    .int()
    .min(0)
    .max(MAX_RANKS - 1),
  host: z.string(),
  /** The resident memory of its process. */
  memoryBytes: z.number().min(0),
  msPerStep: perStep,
  exchanges: z.array(exchangeTime),
})
export type RankTime = z.infer<typeof rankTime>

/** What the ranks of a job have measured since it was last started. */
export const jobTimes = z.object({
  /** The number of steps over which the means are taken. */
  steps: z.int().min(1),
  /** In the order of the ranks. */
  ranks: z.array(rankTime),
})
export type JobTimes = z.infer<typeof jobTimes>
