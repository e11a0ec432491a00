import { expect, it } from 'vitest'
import type { JobTimes, PlanAnswer } from '../../../../main/contract/cluster.ts'
import { hostRows, measuredTimings, slowestOf, stepSentence } from './rank-rows.ts'

const exchange = (name: 'pooledRows' | 'denseGradients', waitedMs: number) => ({
  name,
  bytes: 100,
  ms: 3,
  waitedMs,
})
/** Rank 1 computes 8 ms, for which rank 0 waits after 5 ms. */
const measured: JobTimes = {
  steps: 10,
  ranks: [
    { exchanges: [exchange('pooledRows', 4), exchange('denseGradients', 1)], msPerStep: 10 },
    { exchanges: [exchange('pooledRows', 1), exchange('denseGradients', 1)], msPerStep: 10 },
  ].map((each, rank) => ({ rank, host: 'node', memoryBytes: 1e9, ...each })),
}

const answer = (sizes: readonly number[]): PlanAnswer => ({
  plan: {
    version: 1,
    ranks: 2,
    shards: sizes.map((bytes, index) => ({
      table: `t${index}`,
      rank: index % 2,
      firstColumn: 0,
      columns: 4,
      bytes,
    })),
    perRank: [0, 1].map((rank) => ({
      rank,
      host: `node${rank}`,
      memoryBytes: 2e9,
      lookupsMs: 1,
      exchangeMs: 1 + rank,
      denseMs: 2,
    })),
    stepMs: 5,
    slowestRank: 1,
  },
  hosts: [{ name: 'node0', memoryBytes: 4e9 }],
  calibrated: false,
})

it('counts the least that a rank waits in an exchange as the exchange, and the rest as waiting', () => {
  const [first, second] = measuredTimings(measured)
  expect(first?.segments).toEqual([
    { part: 'compute', ms: 5 },
    { part: 'pooledRows', ms: 1 },
    { part: 'denseGradients', ms: 1 },
    { part: 'waiting', ms: 3 },
  ])
  expect(second?.segments.at(-1)).toEqual({ part: 'waiting', ms: 0 })
  expect(second?.totalMs).toBe(10)
})

it('names the rank that computes longest and the one that waits longest for it', () => {
  const timings = measuredTimings(measured)
  expect(slowestOf(timings)).toBe(1)
  expect(stepSentence(timings, () => 'node')).toBe(
    'A step takes 10 ms. The others wait for rank 1 on node: rank 0 the longest, 3 ms in a step.',
  )
  const alike = { ...measured, ranks: [0, 1].flatMap(() => measured.ranks[1] ?? []) }
  expect(stepSentence(measuredTimings(alike), () => 'node')).toBe(
    'A step takes 10 ms. All ranks take about as long.',
  )
  expect(stepSentence(timings.slice(0, 1), () => 'node')).toBe('A step takes 10 ms.')
})

it('groups ranks by host with its memory, and has the waiting that is predicted', () => {
  const hosts = hostRows(answer([300, 200, 100]), null)
  expect(hosts.map(({ name, memoryBytes, usedBytes }) => [name, memoryBytes, usedBytes])).toEqual([
    ['node0', 4e9, 2e9],
    ['node1', null, 2e9],
  ])
  const [row] = hosts[0]?.rows ?? []
  expect(row?.blocks.map(({ table, width }) => [table, width])).toEqual([
    ['t0', 0.75],
    ['t2', 0.25],
  ])
  expect(row?.timing?.segments.at(-1)).toEqual({ part: 'waiting', ms: 1 })
})

it('draws tables together that are too small to be seen, but not pinned ones', () => {
  const planned = answer([1e6, 1, 5, 1, 6, 1, 7])
  const pinned = planned.plan.shards[2]
  if (pinned) pinned.pinned = true
  const [row] = hostRows(planned, measured)[0]?.rows ?? []
  expect(row?.blocks.map(({ table, bytes }) => [table, bytes])).toEqual([
    ['t0', 1e6],
    ['t2', 5],
    [null, 13],
  ])
  expect(row?.tables).toBe(4)
  expect(row?.measured?.busyMs).toBe(7)
})
