import { describe, expect, it } from 'vitest'
import { compilePlan } from '../model/plan.ts'
import { benchmarkPreset } from './presets.ts'
import { runBenchmark } from './run-benchmark.ts'

const short = { batchSize: 16, threads: 1, seconds: 0.05, signal: new AbortController().signal }

describe('a benchmark', () => {
  it('reports exactly the fields that scripts rely on', async () => {
    const report = await runBenchmark({ ...short, preset: 'small-memory' })
    expect(Object.keys(report).sort()).toEqual(
      [
        'backend',
        'batchSize',
        'msPerIteration',
        'msPerIterationBest',
        'operations',
        'precision',
        'preset',
        'roofs',
        'samplesPerSecond',
        'threads',
      ].sort(),
    )
    expect(report).toMatchObject({
      preset: 'small-memory',
      backend: 'native',
      precision: 'fp32',
      threads: 1,
      batchSize: 16,
    })
    expect(report.msPerIterationBest).toBeLessThanOrEqual(report.msPerIteration)
    expect(report.samplesPerSecond).toBeCloseTo(16_000 / report.msPerIteration)
    expect(report.roofs.gflops).toBeGreaterThan(0)
    expect(report.roofs.gbPerSecond).toBeGreaterThan(0)
  })

  it.each(['small-memory', 'dcnv2'] as const)(
    'accounts for the time of every operation of the %s plan',
    async (preset) => {
      const { operations } = await runBenchmark({ ...short, preset })
      const { document, columns } = benchmarkPreset(preset)
      const plan = compilePlan(document, columns)
      // A concatenation of values that lie side by side is no work.
      const working = plan.operations.filter(({ kind }) => kind !== 'concat')
      const expected = working.map((operation) =>
        operation.kind === 'embeddingBag'
          ? 'tables'
          : operation.kind === 'linear'
            ? plan.parameters[operation.weight]?.name.replace(/\.weight$/, '')
            : plan.values[operation.output]?.name,
      )
      const reported = new Set(operations.map(({ name }) => name))
      expect([...new Set(expected)].filter((name) => !reported.has(name ?? ''))).toEqual([])
      const share = operations.reduce((sum, operation) => sum + operation.share, 0)
      expect(share).toBeGreaterThan(0.8)
      expect(share).toBeLessThanOrEqual(1)
    },
  )

  it('ends with Cancelled when it is stopped, long before its time', async () => {
    const abort = new AbortController()
    const running = runBenchmark({
      ...short,
      preset: 'small-memory',
      seconds: 3600,
      signal: abort.signal,
      onPhase: (phase) => {
        if (phase === 'training') setImmediate(() => abort.abort())
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'Cancelled' })
  })
})
