/** Converts the addon's measurements to a benchmark's report. */
import type { BenchmarkReport as Measurement } from '../../native/index.ts'
import type { BenchmarkReport, Roofs } from '../contract/benchmarks.ts'
import type { OperationPhase, OperationReport, ReportCategory } from '../contract/operations.ts'

/** What the engine measures, and what is measured on TensorFlow in the same way. */
export type { Measurement }

/** The roofs and the shape with which the measurements are compared. */
export interface Circumstances {
  batchSize: number
  roofs: Roofs
  categoryOf: (name: string, phase: OperationPhase) => ReportCategory
}

type Measured = Pick<
  BenchmarkReport,
  'msPerIteration' | 'msPerIterationBest' | 'samplesPerSecond' | 'roofs' | 'overheadMs' | 'operations'
>

export function summarize(
  { millisecondsPerStep, profile, overheadMs }: Measurement,
  { batchSize, roofs, categoryOf }: Circumstances,
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
        kind: categoryOf(name, phase),
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
