import { describe, expect, it } from 'vitest'
import type { BenchmarkResult } from '../../../main/contract/benchmarks.ts'
import { sampleReport } from '../../../test/helpers/sample-report.ts'
import { breakdownBars, legend } from './breakdown-bars.ts'

const result = (id: string, changes: Parameters<typeof sampleReport>[0] = {}): BenchmarkResult => ({
  id,
  createdAt: '2026-11-26T00:00:00Z',
  origin: 'window',
  machine: {
    appVersion: '0.1.0',
    nodeVersion: 'v24',
    platform: 'linux x64',
    cpu: 'Some CPU',
    cores: 2,
    instructionSet: 'avx2',
    memoryBytes: 8e9,
  },
  report: sampleReport(changes),
})
const half = result('b', { operations: sampleReport().operations.slice(0, 3), overheadMs: 0 })

describe('the bars of a breakdown', () => {
  it('are as long as their time against the longest one', () => {
    const [whole, short] = breakdownBars([result('a'), half], 'kind', 'time')
    expect(whole!.segments.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1)
    expect(short!.segments.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(0.5)
    expect([whole!.total, short!.total]).toEqual(['4.00 ms', '2.00 ms'])
  })

  it('are all of one length as shares', () => {
    for (const { segments } of breakdownBars([result('a'), half], 'phase', 'share'))
      expect(segments.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(1)
  })

  it('leave out what takes no time, and say the rest in words', () => {
    const [bar] = breakdownBars([half], 'kind', 'time')
    expect(bar!.segments.map(({ key }) => key)).toEqual(['embeddings', 'fullyConnected'])
    expect(bar!.label).toBe(
      'kaggle, batch 128, Native, fp32, 2 threads, Some CPU: Embeddings: 0.500 ms, 25 %; Fully connected: 1.50 ms, 75 %',
    )
  })

  it('share a legend of what occurs in any of them', () => {
    expect(legend(breakdownBars([half, result('a')], 'kind', 'time')).map(({ key }) => key)).toEqual([
      'embeddings',
      'fullyConnected',
      'interaction',
      'update',
      'overhead',
    ])
  })
})
