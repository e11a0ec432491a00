/** The calls of a training backend that rank 0 announces, so that the other ranks make them too. */
import { z } from 'zod'

const streamId = z.int()

const batchStreamOptions = z.object({
  split: z.enum(['train', 'validation', 'test']),
  batchSize: z.int(),
  shuffle: z.boolean(),
  seed: z.number(),
  epoch: z.int(),
  startBatch: z.int(),
})

export const call = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('initialize'), seed: z.number() }),
  /** Each rank reads the values from the run's file of initial parameters, because a table is larger than a message. */
  z.object({ kind: z.literal('setParameter'), name: z.string() }),
  z.object({ kind: z.literal('openBatches'), stream: streamId, options: batchStreamOptions }),
  z.object({ kind: z.literal('closeBatches'), stream: streamId }),
  z.object({ kind: z.literal('trainSteps'), stream: streamId, learningRateScales: z.array(z.number()) }),
  z.object({ kind: z.literal('evaluate'), stream: streamId }),
  z.object({ kind: z.literal('predict'), stream: streamId }),
  z.object({ kind: z.literal('save'), path: z.string() }),
  z.object({ kind: z.literal('load'), path: z.string(), stepCount: z.int() }),
  /** Each rank tells rank 0 what its steps took. */
  z.object({ kind: z.literal('reportTimes') }),
  z.object({ kind: z.literal('leave') }),
])
export type Call = z.infer<typeof call>
