import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultBenchmark } from '../contract/benchmarks.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { compilePlan } from '../model/plan.ts'
import { benchmarkPreset } from './presets.ts'
import { runBenchmark } from './run-benchmark.ts'
import { TRACE_STEPS } from './trace.ts'

const short = {
  ...defaultBenchmark,
  ...({ batchSize: 16, threads: 1, backend: 'native', trace: null } as const),
  seconds: 0.05,
  profile: true,
  signal: new AbortController().signal,
}

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
        'othersShare',
        'overheadMs',
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

  it('reports each operation’s category and its distance from the roofs', async () => {
    const { operations, roofs, overheadMs } = await runBenchmark({ ...short, preset: 'small-memory' })
    expect(overheadMs).toBeGreaterThan(0)
    for (const { gflops, gbPerSecond, ofRoof } of operations) {
      expect(ofRoof).toBeCloseTo(Math.max(gflops / roofs.gflops, gbPerSecond / roofs.gbPerSecond), 6)
    }
    const kinds = new Set(operations.map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['embeddings', 'fullyConnected', 'interaction', 'update', 'other']))
  })

  it('counts nothing where it is not to', async () => {
    const report = await runBenchmark({ ...short, preset: 'small-memory', profile: false })
    expect(report).toMatchObject({ operations: [], overheadMs: 0 })
    expect(report.msPerIteration).toBeGreaterThan(0)
  })

  it('writes a trace of further steps, on as many lanes as there are threads', async () => {
    const trace = join(await temporaryFolder(), 'trace.json')
    await runBenchmark({ ...short, preset: 'small-memory', threads: 2, seconds: 0.5, trace })
    const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as {
      traceEvents: { ph: string; cat?: string; name: string; tid: number; ts: number; dur: number }[]
    }
    const events = traceEvents.filter(({ ph }) => ph === 'X')
    const steps = events.filter(({ cat }) => cat === 'step')
    expect(steps.length).toBeGreaterThan(1)
    expect(steps.length).toBeLessThanOrEqual(TRACE_STEPS)
    expect(new Set(events.map(({ tid }) => tid))).toEqual(new Set([0, 1]))
    expect(new Set(events.filter(({ cat }) => cat === 'phase').map(({ name }) => name))).toEqual(
      new Set(['forward', 'backward', 'update']),
    )
    const last = steps.at(-1)
    const inside = events.filter(({ ts, cat }) => cat === 'operation' && ts >= (last?.ts ?? 0))
    expect(inside.reduce((sum, { dur }) => sum + dur, 0)).toBeLessThanOrEqual(last?.dur ?? 0)
    expect(inside.map(({ name }) => name)).toContain('top_l.0 backward')
  })

  it.each([
    ['precision of a backend', { backend: 'tensorflow', precision: 'bf16' } as const],
    ['memory', { preset: 'paper-profile', batchSize: 2 ** 20 } as const],
  ])('is refused for a %s there is not', async (_, changes) => {
    await expect(runBenchmark({ ...short, preset: 'small-memory', ...changes })).rejects.toMatchObject({
      data: { code: expect.stringMatching(/Unsupported|InvalidState/) },
    })
  })

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
