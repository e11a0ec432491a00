/** The time of an operation in a training step, and its category. */
import { z } from 'zod'
import { categoryNames, type OperationCategory } from '../model/kinds/operation.ts'

const amount = z.number().min(0)

export const operationPhase = z.enum(['forward', 'backward', 'update', 'data'])
export type OperationPhase = z.infer<typeof operationPhase>

/**
 * What an entry of a report is in the breakdown: the category of an operation, exchanges with other ranks, an update of
 * parameters, or a wait for data.
 */
export const reportCategory = z.enum([
  ...(Object.keys(categoryNames) as OperationCategory[]),
  'communication',
  'update',
  'data',
])
export type ReportCategory = z.infer<typeof reportCategory>

export const operationReport = z.object({
  name: z.string().max(300),
  phase: operationPhase,
  /** Scripts know the category by this name. */
  kind: reportCategory,
  /** The mean of an iteration. */
  ms: amount,
  /** The share of an iteration, 0 to 1. The time outside of all operations is missing to a sum of 1. */
  share: amount,
  gflops: amount,
  gbPerSecond: amount,
  /**
   * The share of the nearer of the two roofs; 1 means reached. Data that stays in the caches may exceed the memory
   * roof.
   */
  ofRoof: amount,
})
export type OperationReport = z.infer<typeof operationReport>
