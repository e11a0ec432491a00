import { expect, it } from 'vitest'
import type { RehearsedStep } from '../../../../main/contract/rehearsal.ts'
import { mostEfficiency, scalingBars, scalingCsv } from './scaling-bars.ts'

const step = (changes: Partial<RehearsedStep>): RehearsedStep => ({
  ranks: 1,
  hosts: 1,
  batchSize: 100,
  stepMs: 10,
  computeMs: 6,
  allToAllMs: 2,
  allReduceMs: 1,
  waitingMs: 1,
  samplesPerSecond: 1000,
  efficiency: 1,
  exchangesMs: 4,
  hiddenShare: 0.25,
  bottleneck: { kind: 'layers', sentence: 'The layers.' },
  slowestRank: 0,
  slowestComputeMs: 6,
  memoryBytes: 1e9,
  missingBytes: 0,
  ...changes,
})
const half = step({ ranks: 2, stepMs: 5, computeMs: 3, allToAllMs: 1, allReduceMs: 0.5, waitingMs: 0.5 })

it('stacks the parts of a step in proportion to the slowest one, or to the step itself', () => {
  const heights = (scale: 'time' | 'share') =>
    scalingBars([step({}), half], scale).map(({ segments }) => segments.map(({ height }) => height))
  expect(heights('time')).toEqual([
    [0.6, 0.2, 0.1, 0.1],
    [0.3, 0.1, 0.05, 0.05],
  ])
  expect(heights('share')[1]).toEqual([0.6, 0.2, 0.1, 0.1])
})

it('leaves steps without the memory out of the curve and the axis of efficiency', () => {
  const steps = [step({ efficiency: 3, missingBytes: 1 }), step({ efficiency: 1 }), step({ efficiency: 1.2 })]
  expect(mostEfficiency(steps)).toBe(1.5)
  expect(scalingBars(steps, 'time').map(({ efficiency }) => efficiency)).toEqual([null, 1 / 1.5, 1.2 / 1.5])
  expect(mostEfficiency([step({ efficiency: 0.4 })])).toBe(1)
})

it('writes a row for each number of ranks', () => {
  expect(scalingCsv([half])).toBe(
    'ranks,hosts,batchSize,stepMs,computeMs,allToAllMs,allReduceMs,waitingMs,hiddenShare,samplesPerSecond,' +
      'efficiency,memoryBytes,missingBytes\n2,1,100,5,3,1,0.5,0.5,0.25,1000,1,1000000000,0\n',
  )
})
