/** The engine's trace (native/index.ts) with its schema. */
import { z } from 'zod'
import { operationPhase } from '../contract/operations.ts'

/** The number of steps in a trace. The engine ends a trace earlier if it reaches 100,000 events. */
export const TRACE_STEPS = 200

const span = { startUs: z.number(), durationUs: z.number() }

export const trace = z.object({
  names: z.array(z.string()),
  threads: z.int(),
  steps: z.array(z.object(span)),
  operations: z.array(
    z.object({ ...span, name: z.int(), phase: operationPhase, flops: z.number(), bytes: z.number() }),
  ),
  shares: z.array(z.object({ ...span, thread: z.int() })),
  complete: z.boolean(),
})
export type Trace = z.infer<typeof trace>
