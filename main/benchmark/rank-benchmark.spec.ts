import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { rankExchange, type RankExchange } from '../contract/rank-exchange.ts'
import { runRankBenchmark } from './rank-benchmark.ts'

const measured = (ranks: number, exchange: RankExchange, seconds = 0.2) =>
  runRankBenchmark({
    preset: 'small-memory',
    batchSize: 128,
    backend: 'native',
    precision: 'fp32',
    threads: 1,
    ranks,
    hosts: null,
    workspace: tmpdir(),
    exchange,
    seconds,
    profile: false,
    signal: new AbortController().signal,
  })

describe('a benchmark of ranks', () => {
  it.each(rankExchange.options)('has the bytes and times of each exchange by %s', async (exchange) => {
    const { ranks, msPerIteration, exchanges, hiddenShare } = await measured(2, exchange)
    expect(ranks).toBe(2)
    expect(msPerIteration).toBeGreaterThan(0)
    const [rows, gradients, dense] = exchanges
    expect(exchanges.map(({ name }) => name)).toEqual([
      'pooledRows',
      'pooledGradients',
      'denseGradients',
      'other',
    ])
    // Rank 0 has some of the pooled columns: it sends its own for the other half of the rows, and receives the others'.
    // A table has a scatter, and so has each part of one that is divided.
    const { least, most } = {
      'all-to-all': { least: 1, most: 1 },
      'fused-scatter': { least: 2, most: 2 },
      scatter: { least: 26, most: 52 },
    }[exchange]
    expect(rows?.count).toBeGreaterThanOrEqual(least)
    expect(rows?.count).toBeLessThanOrEqual(most)
    expect(rows?.bytes).toBeGreaterThan(0)
    expect(gradients?.bytes).toBe(rows?.bytes)
    expect(dense?.bytes).toBeGreaterThan(1e6)
    expect(rows?.ms).toBeGreaterThan(0)
    expect(hiddenShare).toBeGreaterThanOrEqual(0)
    expect(hiddenShare).toBeLessThanOrEqual(1)
  })

  it('of one rank exchanges nothing', async () => {
    const { exchanges } = await measured(1, 'all-to-all')
    expect(exchanges.every(({ bytes }, index) => index === 3 || bytes === 0)).toBe(true)
  })

  it('reports the error of a rank', async () => {
    await expect(measured(2, 'all-to-all', 4000)).rejects.toThrow(/^Rank \d: seconds is 4000/)
  })
})
