import type { BenchmarkReport } from '../../main/contract/benchmarks.ts'
import type { OperationReport } from '../../main/contract/operations.ts'

const operation = (
  name: string,
  phase: OperationReport['phase'],
  kind: OperationReport['kind'],
  ms: number,
): OperationReport => ({ name, phase, kind, ms, share: ms / 4, gflops: 50, gbPerSecond: 5, ofRoof: 0.5 })

/** A benchmark of 4 ms per iteration, half a millisecond of it outside operations. */
export function sampleReport(changes: Partial<BenchmarkReport> = {}): BenchmarkReport {
  return {
    preset: 'kaggle',
    backend: 'native',
    precision: 'fp32',
    threads: 2,
    batchSize: 128,
    msPerIteration: 4,
    msPerIterationBest: 3.5,
    samplesPerSecond: 32_000,
    roofs: { gflops: 100, gbPerSecond: 20 },
    overheadMs: 0.5,
    operations: [
      operation('tables', 'forward', 'embeddings', 0.5),
      operation('bot_l.0', 'forward', 'fullyConnected', 0.5),
      operation('bot_l.0', 'backward', 'fullyConnected', 1),
      operation('interaction', 'forward', 'interaction', 0.5),
      operation('tables', 'update', 'update', 1),
    ],
    ...changes,
  }
}
