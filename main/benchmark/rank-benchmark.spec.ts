import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { rankExchange, type RankExchange } from '../contract/rank-exchange.ts'
import { runRankBenchmark } from './rank-benchmark.ts'

const measured = (
  ranks: number,
  exchange: RankExchange,
  seconds = 0.2,
  trace: string | null = null,
  onPhase?: Parameters<typeof runRankBenchmark>[0]['onPhase'],
) =>
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
    profile: trace !== null,
    trace,
    signal: new AbortController().signal,
    onPhase,
  })

interface TraceEvent {
  name: string
  cat: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur: number
}

describe('a benchmark of ranks', () => {
  it.each([
    { exchange: 'all-to-all', least: 1, most: 1 },
    { exchange: 'fused-scatter', least: 2, most: 2 },
    // One for each table, or for each part of one that is divided.
    { exchange: 'scatter', least: 26, most: 52 },
  ] as const)('has the number, bytes and times of each exchange by $exchange', async (expected) => {
    const { job, msPerIteration } = await measured(2, expected.exchange)
    expect(job.ranks).toBe(2)
    expect(msPerIteration).toBeGreaterThan(0)
    for (const { exchanges } of job.byRank) {
      expect(exchanges.map(({ name }) => name)).toEqual([
        'pooledRows',
        'pooledGradients',
        'denseGradients',
        'other',
      ])
      const [rows, gradients, dense] = exchanges
      expect(rows?.count).toBeGreaterThanOrEqual(expected.least)
      expect(rows?.count).toBeLessThanOrEqual(expected.most)
      // A rank has some of the pooled columns: it sends its own for the other's rows, and receives the others'.
      expect(rows?.bytes).toBeGreaterThan(0)
      expect(gradients?.bytes).toBe(rows?.bytes)
      expect(dense?.bytes).toBeGreaterThan(1e6)
      expect(rows?.ms).toBeGreaterThan(0)
    }
    expect(job.hiddenShare).toBeGreaterThanOrEqual(0)
    expect(job.hiddenShare).toBeLessThanOrEqual(1)
    expect(rankExchange.options).toContain(job.exchange)
  })

  it('of one rank exchanges nothing', async () => {
    const { job } = await measured(1, 'all-to-all')
    expect(job.byRank[0]?.exchanges.every(({ bytes }, index) => index === 3 || bytes === 0)).toBe(true)
  })

  it('says its phases, counts communication among the operations, and traces all ranks on one time line', async () => {
    const path = join(await temporaryFolder(), 'ranks.trace.json')
    const phases: string[] = []
    const note = (phase: string) => void phases.push(phase)
    const { job, operations } = await measured(2, 'all-to-all', 0.2, path, note)
    expect(phases).toEqual(['measuring the roofs', 'training', 'tracing'])
    const waiting = operations.filter(({ kind }) => kind === 'communication').map(({ name }) => name)
    expect(waiting).toEqual(['pooled rows', 'pooled gradients', 'dense gradients', 'losses'])
    expect(job.byRank.map(({ rank, operations: own }) => [rank, own.length > 10])).toEqual([
      [0, true],
      [1, true],
    ])

    const { traceEvents } = JSON.parse(await readFile(path, 'utf8')) as { traceEvents: TraceEvent[] }
    const complete = traceEvents.filter(({ ph }) => ph === 'X')
    const of = (pid: number, cat: string) =>
      complete.filter((event) => event.pid === pid && event.cat === cat).sort((a, b) => a.ts - b.ts)
    expect(new Set(complete.map(({ pid }) => pid))).toEqual(new Set([1, 2]))
    for (const pid of [1, 2]) {
      for (const cat of ['step', 'operation', 'exchange', 'thread']) {
        const events = of(pid, cat)
        events.slice(1).forEach((event, index) => {
          const before = events[index]!
          expect(event.ts, `${event.name} after ${before.name}`).toBeGreaterThanOrEqual(
            before.ts + before.dur - 0.0015,
          )
        })
      }
      const [step] = of(pid, 'step')
      const inside = of(pid, 'operation').filter(({ ts }) => ts >= step!.ts && ts < step!.ts + step!.dur)
      const sum = inside.reduce((total, { dur }) => total + dur, 0)
      expect(sum).toBeLessThanOrEqual(step!.dur + 1)
      expect(sum).toBeGreaterThan(step!.dur / 2)
    }
    // A step ends on no rank before all others have begun it, because each waits for the rows of all.
    const [first, second] = [of(1, 'step'), of(2, 'step')]
    expect(first.length).toBe(second.length)
    first.forEach((step, index) => {
      const other = second[index]!
      expect(Math.max(step.ts, other.ts)).toBeLessThan(
        Math.min(step.ts + step.dur, other.ts + other.dur) + 50,
      )
    })
  })

  it('reports the error of a rank', async () => {
    await expect(measured(2, 'all-to-all', 4000)).rejects.toThrow(/^Rank \d: seconds is 4000/)
  })
})
