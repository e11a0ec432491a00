/** All messages between a benchmark's process and its owner. */
import { z } from 'zod'
import { benchmarkProgress, benchmarkReport, benchmarkRequest } from '../contract/benchmarks.ts'
import { errorData } from '../contract/errors.ts'
import { measuredSteps, stepsSubject } from './calibration/measured-steps.ts'

export const ownerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), request: benchmarkRequest }),
  z.object({ kind: z.literal('measure'), subject: stepsSubject }),
  z.object({ kind: z.literal('stop') }),
])
export type OwnerMessage = z.infer<typeof ownerMessage>

export const benchmarkMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('phase'), phase: benchmarkProgress.shape.phase }),
  z.object({ kind: z.literal('done'), report: benchmarkReport }),
  z.object({ kind: z.literal('measured'), measured: z.array(measuredSteps) }),
  z.object({ kind: z.literal('failed'), error: errorData }),
])
export type BenchmarkMessage = z.infer<typeof benchmarkMessage>
