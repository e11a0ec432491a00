import type { BenchmarkProgress } from '../contract/benchmarks.ts'
import { SECONDS } from './run-benchmark.ts'

/** The fractions at which each phase begins and ends, and about how long it takes. */
const phases: Record<BenchmarkProgress['phase'], { from: number; to: number; ms: number }> = {
  preparing: { from: 0, to: 0.1, ms: 1000 },
  'measuring the roofs': { from: 0.1, to: 0.15, ms: 300 },
  training: { from: 0.15, to: 0.95, ms: SECONDS * 1000 + 500 },
  tracing: { from: 0.95, to: 1, ms: 1000 },
  done: { from: 1, to: 1, ms: 1 },
}

/**
 * The progress of a benchmark, 0 to 1, this many milliseconds after its phase began. A phase that takes longer stays at
 * its end.
 */
export function progressFraction({ phase }: Pick<BenchmarkProgress, 'phase'>, phaseMs: number): number {
  const { from, to, ms } = phases[phase]
  return from + (to - from) * Math.min(1, phaseMs / ms)
}
