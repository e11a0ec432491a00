/** What an operation of a training step took, and what it is for. */
import { z } from 'zod'

const amount = z.number().min(0)

export const operationPhase = z.enum(['forward', 'backward', 'update', 'data'])
export type OperationPhase = z.infer<typeof operationPhase>

/** What an operation is for: the parts of the DLRM paper's breakdown. */
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
  /** Mean of an iteration. */
  ms: amount,
  /** Of an iteration, 0 to 1. What is missing to 1 over all operations is time outside of them. */
  share: amount,
  gflops: amount,
  gbPerSecond: amount,
  /** The nearer of the two roofs, 1 = reached. Data that stays in the caches may go over the memory roof. */
  ofRoof: amount,
})
export type OperationReport = z.infer<typeof operationReport>
