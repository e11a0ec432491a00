import { expect, it } from 'vitest'
import type { JobTimes } from '../contract/cluster.ts'
import { SlowRankWatch } from './slow-rank.ts'

/** A job of steps of 20 ms. Its reports have means of all steps so far. */
function job(ranks: number) {
  const watch = new SlowRankWatch()
  const computed = Array<number>(ranks).fill(0)
  let steps = 0
  return (more: number, computing: readonly number[]): string | null => {
    steps += more
    computing.forEach((ms, rank) => (computed[rank]! += more * ms))
    const times: JobTimes['ranks'] = computed.map((sum, rank) => ({
      rank,
      host: `node${rank}`,
      memoryBytes: 0,
      msPerStep: 20,
      exchanges: [{ name: 'pooledRows', bytes: 0, ms: 0, waitedMs: 20 - sum / steps }],
    }))
    return watch.look({ steps, ranks: times })
  }
}

it('names a rank and its host once, when it has been slow in three reports', () => {
  const report = job(4)
  const slow = [5, 6, 18, 7]
  expect(report(1000, [5, 6, 7, 6])).toBeNull()
  expect([report(100, slow), report(100, slow)]).toEqual([null, null])
  expect(report(100, slow)).toContain(
    'The ranks wait for rank 2 on node2: it computes for 18.0 ms in a step, the others for 6.0 ms.',
  )
  expect(report(100, slow)).toBeNull()
})

it('names no rank that is disturbed for a moment, and none of ranks that are equally slow', () => {
  const report = job(2)
  const disturbed = [
    [2, 18],
    [2, 18],
    [18, 2],
    [2, 18],
    [2, 3],
    [2, 18],
    [2, 18],
  ]
  for (const computing of disturbed) expect(report(100, computing)).toBeNull()
  for (let count = 0; count < 5; count++) expect(report(100, [18, 19])).toBeNull()
})

it('takes reports of less than a second and a half of training together', () => {
  const report = job(2)
  for (let count = 0; count < 20; count++) expect(report(10, [2, 18])).toBeNull()
})

it('names nobody in a job of one rank', () => {
  const report = job(1)
  for (let count = 0; count < 5; count++) expect(report(100, [18])).toBeNull()
})
