/** The time of an operation in a training step, and its category. */
import { z } from 'zod'

const amount = z.number().min(0)

export const operationPhase = z.enum(['forward', 'backward', 'update', 'data'])
export type OperationPhase = z.infer<typeof operationPhase>

/** The category of an operation in the DLRM paper's breakdown. */
export const operationKind = z.enum([
  'embeddings',
  'fullyConnected',
  'interaction',
  'update',
  'data',
  'other',
])
export type OperationKind = z.infer<typeof operationKind>

export const operationReport = z.object({
  name: z.string().max(300),
  phase: operationPhase,
  kind: operationKind,
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
