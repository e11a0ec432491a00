import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultBenchmark } from '../contract/benchmarks.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { runBenchmark } from './run-benchmark.ts'

const short = {
  ...defaultBenchmark,
  ...({ batchSize: 16, threads: 1, backend: 'tensorflow', trace: null } as const),
  seconds: 0.2,
  profile: true,
  signal: new AbortController().signal,
}

describe('a benchmark on TensorFlow', { timeout: 60_000 }, () => {
  it('reports the forward and backward halves of every operation that computes, and the updates', async () => {
    const native = await runBenchmark({ ...short, backend: 'native', preset: 'small-memory' })
    const report = await runBenchmark({ ...short, preset: 'small-memory' })
    const names = (operations: typeof report.operations) =>
      new Set(operations.map(({ name, phase }) => `${phase} ${name}`))
    const found = names(report.operations)
    const expected = [...names(native.operations)].filter((each) => !/ dense$| sparse|batches/.test(each))
    expect(expected.filter((each) => !found.has(each))).toEqual([])
    const share = report.operations.reduce((sum, operation) => sum + operation.share, 0)
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThanOrEqual(1)
    const layer = report.operations.find(({ name, phase }) => name === 'top_l.0' && phase === 'backward')
    expect(layer?.gflops).toBeGreaterThan(0)
  })

  it('writes a trace of its steps', async () => {
    const trace = join(await temporaryFolder(), 'trace.json')
    await runBenchmark({ ...short, preset: 'small-memory', trace })
    const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as {
      traceEvents: { cat?: string; name: string }[]
    }
    expect(traceEvents.filter(({ cat }) => cat === 'step').length).toBeGreaterThan(1)
    const operations = traceEvents.filter(({ cat }) => cat === 'operation').map(({ name }) => name)
    expect(operations).toContain('interaction backward')
  })

  it('takes bags of variable size', async () => {
    const report = await runBenchmark({ ...short, preset: 'paper-profile', seconds: 0.05 })
    expect(report).toMatchObject({ backend: 'tensorflow', preset: 'paper-profile' })
  })
})
