/** What a benchmark says, in the fields that scripts rely on. */
import { z } from 'zod'
import type { BenchmarkPresetName } from './presets.ts'

export interface BenchmarkReport {
  preset: BenchmarkPresetName
  backend: 'native'
  precision: 'fp32'
  threads: number
  batchSize: number
  /** Median. */
  msPerIteration: number
  msPerIterationBest: number
  samplesPerSecond: number
  /** What this machine reached in the same run: a large matrix product, and reading memory. */
  roofs: Roofs
  operations: OperationReport[]
}

export interface Roofs {
  gflops: number
  gbPerSecond: number
}

export interface OperationReport {
  name: string
  phase: 'forward' | 'backward' | 'update' | 'data'
  /** Mean of an iteration. */
  ms: number
  /** Of an iteration, 0 to 1. What is missing to 1 over all operations is time outside of them. */
  share: number
  gflops: number
  gbPerSecond: number
}

/** What the addon measured. */
export const measurement = z.object({
  millisecondsPerStep: z.array(z.number()).min(1),
  profile: z.array(
    z.object({
      name: z.string(),
      phase: z.enum(['forward', 'backward', 'update', 'data']),
      calls: z.number(),
      milliseconds: z.number(),
      flops: z.number(),
      bytes: z.number(),
    }),
  ),
})
export type Measurement = z.infer<typeof measurement>

export const roofs = z.object({ gflops: z.number(), gbPerSecond: z.number() })

export function summarize(
  { millisecondsPerStep, profile }: Measurement,
  batchSize: number,
): Pick<BenchmarkReport, 'msPerIteration' | 'msPerIterationBest' | 'samplesPerSecond' | 'operations'> {
  const msPerIteration = median(millisecondsPerStep)
  const total = millisecondsPerStep.reduce((sum, ms) => sum + ms, 0)
  return {
    msPerIteration,
    msPerIterationBest: millisecondsPerStep.reduce((best, ms) => Math.min(best, ms), Infinity),
    samplesPerSecond: (batchSize / msPerIteration) * 1000,
    operations: profile.map(({ name, phase, milliseconds, flops, bytes }) => ({
      name,
      phase,
      ms: milliseconds / millisecondsPerStep.length,
      share: milliseconds / total,
      gflops: rate(flops, milliseconds),
      gbPerSecond: rate(bytes, milliseconds),
    })),
  }
}

/** Billions a second. */
const rate = (amount: number, milliseconds: number) => (milliseconds > 0 ? amount / milliseconds / 1e6 : 0)

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
