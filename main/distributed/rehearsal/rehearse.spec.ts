import { describe, expect, it } from 'vitest'
import { rehearsalShape } from '../../benchmark/rehearsal/shapes.ts'
import type { RehearsalSettings, RehearsalShapeName, RehearsedHost } from '../../contract/rehearsal.ts'
import { meanLookups } from '../../model/mean-lookups.ts'
import { compilePlan } from '../../model/plan.ts'
import { RankMachine } from './machine.ts'
import { pooledCost, sumCost } from './exchange-costs.ts'
import { REFERENCE_MACHINE } from './reference-machine.ts'
import { rehearse } from './rehearse.ts'
import { playSteps } from './timeline.ts'

const host: RehearsedHost = {
  cores: 28,
  ranksPerHost: 1,
  threads: 27,
  memoryBytes: null,
  memoryBandwidth: null,
  flops: null,
  networkBandwidth: 12.5e9,
  networkLatency: 1e-6,
  rdma: false,
}

function rehearsed(name: RehearsalShapeName, more: Partial<RehearsalSettings> = {}) {
  const { document, columns, samples, strongBatchSize, weakBatchSize } = rehearsalShape(name)
  const plan = compilePlan(document, columns)
  return rehearse(
    { plan, lookups: meanLookups(plan, columns), samples },
    {
      host,
      strongBatchSize,
      weakBatchSize,
      ranks: [1, 2, 4, 64],
      exchange: 'all-to-all',
      optimizer: 'sgd',
      precision: 'fp32',
      ...more,
    },
    REFERENCE_MACHINE,
  )
}

describe('a rehearsal', () => {
  it.each(['paper-profile', 'criteo-terabyte', 'mlperf-dcnv2'] as const)(
    'of %s on up to 4,096 ranks has steps whose parts add up to them',
    (name) => {
      const { strong, weak } = rehearsed(name, { ranks: [1, 3, 64, 4096] })
      for (const step of [...strong, ...weak]) {
        const parts = step.computeMs + step.allToAllMs + step.allReduceMs + step.waitingMs
        expect(Math.abs(parts / step.stepMs - 1)).toBeLessThan(1e-6)
        expect(step.samplesPerSecond).toBeCloseTo((1000 * step.batchSize) / step.stepMs, 3)
        expect(step.bottleneck.sentence.length).toBeGreaterThan(20)
      }
      expect(weak.map(({ batchSize, ranks }) => batchSize / ranks)).toEqual(
        Array(4).fill(rehearsalShape(name).weakBatchSize),
      )
    },
  )

  it('of one rank exchanges nothing and waits for nobody', () => {
    const [step] = rehearsed('kaggle').strong
    expect(step).toMatchObject({ ranks: 1, allToAllMs: 0, allReduceMs: 0, waitingMs: 0, exchangesMs: 0 })
    expect(step?.efficiency).toBe(1)
  })

  it('has slower steps in a slower network, and names it', () => {
    const slow = { ...host, networkBandwidth: 12.5e6 }
    const [, , , fast] = rehearsed('criteo-terabyte').strong
    const [, , , throttled] = rehearsed('criteo-terabyte', { host: slow }).strong
    expect(throttled!.stepMs).toBeGreaterThan(2 * fast!.stepMs)
    expect(throttled!.bottleneck.kind).toMatch(/Bandwidth$/)
    const far = rehearsed('kaggle', { host: { ...host, networkLatency: 0.05 } }).strong[3]
    expect(far?.bottleneck.kind).toMatch(/Latency$/)
  })

  it('says how much memory is missing, and measures efficiency from the first number of ranks that fits', () => {
    const small = { ...host, memoryBytes: 32e9 }
    const { strong } = rehearsed('criteo-terabyte', { host: small })
    expect(strong[0]).toMatchObject({ ranks: 1, bottleneck: { kind: 'memory' } })
    expect(strong[0]!.missingBytes).toBeGreaterThan(50e9)
    const fitting = strong.find(({ missingBytes }) => missingBytes === 0)
    expect(fitting?.efficiency).toBe(1)
  })

  it('refuses a number of ranks that is given twice', () => {
    expect(() => rehearsed('kaggle', { ranks: [2, 2] })).toThrow('given twice')
  })
})

describe('the costs of exchanges', () => {
  const machine = (more: Partial<RehearsedHost>) => new RankMachine(REFERENCE_MACHINE, { ...host, ...more })
  const latency = machine({ networkLatency: 1, networkBandwidth: 1e18 })

  it('of a sum have as many messages after each other as the algorithm has rounds', () => {
    const rounds = (ranks: number, values: number) => Math.round(sumCost(latency, ranks, values).seconds)
    expect(rounds(8, 100)).toBe(3)
    // Halved and doubled; messages of up to 4 MiB are sent at once, larger ones after a question and an answer.
    expect(rounds(8, 8192)).toBe(6)
    expect(rounds(2, 1_000_000)).toBe(2)
    expect(rounds(2, 4_000_000)).toBe(6)
    // Up a tree of eight leaves, and back.
    expect(rounds(3, 100)).toBe(4)
  })

  it('of a sum are those of bytes that leave a host once', () => {
    const narrow = machine({ networkLatency: 0, networkBandwidth: 4e6 })
    // Half of the values each way, and as many back.
    expect(sumCost(narrow, 2, 1_000_000).seconds).toBeCloseTo(1, 1)
    expect(sumCost(narrow, 1024, 1_000_000).seconds).toBeCloseTo(2, 1)
  })

  it('of pooled rows are those of the host that sends or receives most', () => {
    const narrow = machine({ networkLatency: 0, networkBandwidth: 1e6 })
    const layout = {
      ranks: 4,
      columns: Float64Array.of(100, 0, 0, 0),
      rows: 1000,
      parts: [{ rank: 0, columns: 100 }],
    }
    const seconds = pooledCost(narrow, layout, 'all-to-all').seconds
    expect(seconds).toBeCloseTo((3 * 4 * 100 * 1000) / 1e6, 1)
    const spread = { ...layout, columns: Float64Array.of(25, 25, 25, 25) }
    expect(pooledCost(narrow, spread, 'all-to-all').seconds).toBeCloseTo(seconds / 4, 1)
    const within = machine({ ranksPerHost: 4, networkBandwidth: 1e6 })
    expect(pooledCost(within, layout, 'all-to-all').seconds).toBeLessThan(seconds / 100)
  })
})

describe('the steps of ranks', () => {
  const layers = {
    bottom: 1,
    top: 2,
    backward: [{ seconds: 3, bucketValues: 10, sendsPooled: true }],
    pooledCopy: 0,
    gradientCopy: 0,
    update: 1,
    overhead: 0,
  }
  const tables = [1, 3].map((forward) => ({ forward, collect: 0, update: 0 }))
  const free = { seconds: 0, latencySeconds: 0, processorSeconds: 0 }
  const costing = (seconds: number, processorSeconds = 0) => ({
    seconds,
    latencySeconds: 0,
    processorSeconds,
  })

  it('take as long as the slowest rank computes, where exchanges are free', () => {
    const played = playSteps({
      layers,
      tables,
      pooled: free,
      loss: free,
      sum: () => free,
      takenShare: 0,
      slowdown: 1,
    })
    expect(played.step).toBeCloseTo(10, 9)
    expect(played).toMatchObject({ slowestRank: 1, slowestCompute: 10 })
    expect(played.waiting).toBeCloseTo(1, 9)
  })

  it('hide an exchange behind what is computed until its result is needed', () => {
    const played = playSteps({
      layers,
      tables: [tables[0]!],
      pooled: costing(1),
      loss: free,
      sum: () => free,
      takenShare: 0,
      slowdown: 1,
    })
    // The first is behind the bottom layers; nothing follows the second.
    expect(played.step).toBeCloseTo(9, 9)
    expect(played.waitedFor / played.exchanges).toBeCloseTo(0.5, 9)
  })

  it('take processor time from computation where no core is free', () => {
    const times = { layers, tables: [tables[0]!], pooled: costing(1, 1), loss: free, sum: () => free }
    expect(playSteps({ ...times, takenShare: 1, slowdown: 1 }).step).toBeCloseTo(10, 9)
  })

  it('compute for longer where threads that exchange share their cores', () => {
    const times = { layers, tables: [tables[0]!], pooled: free, loss: free, sum: () => free, takenShare: 0 }
    expect(playSteps({ ...times, slowdown: 1.5 }).step).toBeCloseTo(12, 9)
    const known = { ...REFERENCE_MACHINE, slowdown: { full: 1.2, crowded: 1.6 } }
    const slowdown = (more: Partial<RehearsedHost>) => new RankMachine(known, { ...host, ...more }).slowdown
    expect(slowdown({ cores: 4, ranksPerHost: 1, threads: 2 })).toBe(1)
    expect(slowdown({ cores: 4, ranksPerHost: 4, threads: 1 })).toBeCloseTo(1.2)
    expect(slowdown({ cores: 4, ranksPerHost: 6, threads: 1 })).toBeCloseTo(1.4)
    expect(slowdown({ cores: 0.5, ranksPerHost: 1, threads: 1 })).toBeCloseTo(1.6)
  })
})
