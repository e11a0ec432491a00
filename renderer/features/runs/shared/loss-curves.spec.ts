import { expect, it } from 'vitest'
import { OVERVIEW_CURVE_POINTS } from '../../../../main/contract/overview.ts'
import { LossCurves } from './loss-curves.ts'

const reported = (from: number, to: number) => ({
  id: 'r',
  points: Array.from({ length: to - from }, (_, at) => {
    const step = from + at
    return {
      sequence: step + 1,
      series: 'train/loss',
      step,
      epoch: 1,
      value: 1 / (1 + step),
      elapsedMs: step,
    }
  }),
})

it('A curve grows with what its run reports and stays small, with its first and its newest point', () => {
  const curves = new LossCurves()
  curves.replace({ r: [{ step: 0, value: 1 }] })
  for (let step = 1; step < 5000; step += 50) curves.take(reported(step, step + 50))
  const points = curves.of('r')
  expect(points.length).toBeLessThanOrEqual(2 * OVERVIEW_CURVE_POINTS)
  expect(points.length).toBeGreaterThan(OVERVIEW_CURVE_POINTS / 2)
  expect(points.at(-1)?.step).toBe(5000)
  expect(points[0]?.step).toBeLessThan(200)
  expect(points.every(({ step }, at) => at === 0 || step > points[at - 1]!.step)).toBe(true)
})

it('An answer that is older than what was reported replaces nothing, and a run that is gone is forgotten', () => {
  const curves = new LossCurves()
  curves.take(reported(0, 10))
  curves.replace({ r: [{ step: 5, value: 0.5 }], s: [{ step: 1, value: 1 }] })
  expect(curves.of('r')).toHaveLength(10)
  curves.replace({ s: [{ step: 1, value: 1 }] })
  expect(curves.of('r')).toEqual([])
  expect(curves.of('s')).toHaveLength(1)
})

it('A point that was there before, or of another series, changes nothing', () => {
  const curves = new LossCurves()
  curves.take(reported(0, 10))
  curves.take(reported(5, 10))
  curves.take({ id: 'r', points: [{ ...reported(20, 21).points[0]!, series: 'validation/auc' }] })
  expect(curves.of('r')).toHaveLength(10)
})
