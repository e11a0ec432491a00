import { expect, it } from 'vitest'
import { nearestCurves } from './tooltip-rows.ts'

const curve = (key: string, ys: number[]) => ({
  key,
  label: key,
  color: '#000000',
  xs: ys.map((_, index) => index * 10),
  ys,
})

it('shows the eight curves nearest to the pointer, from the highest down, and how many more there are', () => {
  const curves = Array.from({ length: 20 }, (_, at) => curve(`run ${at}`, [at, at]))
  const { rows, more } = nearestCurves(curves, { x: 12, y: 10.2 })
  expect(rows.map(({ value }) => value)).toEqual([14, 13, 12, 11, 10, 9, 8, 7])
  expect(rows.find(({ nearest }) => nearest)?.curve.key).toBe('run 10')
  expect(more).toBe(12)
})

it('leaves out curves that have not begun at the pointer', () => {
  const late = { ...curve('late', [1]), xs: [50] }
  expect(nearestCurves([curve('early', [1, 2]), late], { x: 10, y: null }).rows).toMatchObject([
    { curve: { key: 'early' }, value: 2 },
  ])
})
