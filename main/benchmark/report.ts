/** Converts the addon's measurements to a benchmark's report. */
import { z } from 'zod'
import type { BenchmarkReport, Roofs } from '../contract/benchmarks.ts'
import {
  operationPhase,
  type OperationKind,
  type OperationPhase,
  type OperationReport,
} from '../contract/operations.ts'
import { trace } from './trace.ts'

export const profile = z.array(
  z.object({
    name: z.string(),
    phase: operationPhase,
    calls: z.number(),
    milliseconds: z.number(),
    flops: z.number(),
    bytes: z.number(),
  }),
)
export type Profile = z.infer<typeof profile>

export const measurement = z.object({
  millisecondsPerStep: z.array(z.number()).min(1),
  profile,
  overheadMs: z.number(),
  trace: trace.optional(),
})
export type Measurement = z.infer<typeof measurement>

/** The roofs and the shape with which the measurements are compared. */
export interface Circumstances {
  batchSize: number
  roofs: Roofs
  kindOf: (name: string, phase: OperationPhase) => OperationKind
}

type Measured = Pick<
  BenchmarkReport,
  'msPerIteration' | 'msPerIterationBest' | 'samplesPerSecond' | 'roofs' | 'overheadMs' | 'operations'
>

export function summarize(
  { millisecondsPerStep, profile, overheadMs }: Measurement,
  { batchSize, roofs, kindOf }: Circumstances,
): Measured {
  const msPerIteration = median(millisecondsPerStep)
  const total = millisecondsPerStep.reduce((sum, ms) => sum + ms, 0)
  return {
    msPerIteration,
    msPerIterationBest: millisecondsPerStep.reduce((best, ms) => Math.min(best, ms), Infinity),
    samplesPerSecond: (batchSize / msPerIteration) * 1000,
    roofs,
    // The clocks of operations and steps are read one after the other, so a difference slightly below zero is zero.
    overheadMs: Math.max(0, overheadMs),
    operations: profile.map(({ name, phase, milliseconds, flops, bytes }): OperationReport => {
      const gflops = rate(flops, milliseconds)
      const gbPerSecond = rate(bytes, milliseconds)
      return {
        name,
        phase,
        kind: kindOf(name, phase),
        ms: milliseconds / millisecondsPerStep.length,
        share: milliseconds / total,
        gflops,
        gbPerSecond,
        ofRoof: Math.max(share(gflops, roofs.gflops), share(gbPerSecond, roofs.gbPerSecond)),
      }
    }),
  }
}

/** Billions per second. */
const rate = (amount: number, milliseconds: number) => (milliseconds > 0 ? amount / milliseconds / 1e6 : 0)

const share = (ms: number, whole: number) => (whole > 0 ? ms / whole : 0)

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
