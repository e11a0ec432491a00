// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { chartColumns, valueAt, type Curve } from './curves.ts'
import { SeriesBuffer } from './series-buffer.ts'
import { smooth } from './smoothing.ts'
import { thinnedIndices } from './thinning.ts'

const curve = (xs: number[], ys: number[]): Curve => ({ key: 'k', label: 'k', color: '#000', xs, ys })

describe('smoothing', () => {
  it('keeps a constant curve constant from the first value on', () => {
    expect(smooth([2, 2, 2], 0.9).map((value) => value.toFixed(9))).toEqual(Array(3).fill('2.000000000'))
  })

  it('leaves values as they are with weight 0 and gaps as gaps', () => {
    expect(smooth([1, 5], 0)).toEqual([1, 5])
    expect(smooth([1, Number.NaN, 1], 0.5)).toEqual([1, Number.NaN, 1])
  })
})

describe('thinning', () => {
  it('keeps every point of a short curve', () => {
    expect(thinnedIndices([3, 1, 2], 10)).toEqual([0, 1, 2])
  })

  it('keeps ends and peaks of a long curve, in order and within the limit', () => {
    const values = Array.from({ length: 100_000 }, (_, index) => Math.sin(index / 1000))
    values[54_321] = 9
    const kept = thinnedIndices(values, 1000)
    expect(kept.length).toBeLessThanOrEqual(1000)
    expect(kept[0]).toBe(0)
    expect(kept.at(-1)).toBe(99_999)
    expect(kept).toContain(54_321)
    expect(kept.every((index, at) => at === 0 || index > kept[at - 1]!)).toBe(true)
  })
})

describe('series buffer', () => {
  it('replaces the points that a resumed run goes through again', () => {
    const series = new SeriesBuffer()
    for (const step of [10, 20, 30]) series.push({ step, epoch: 1, value: step / 10, elapsedMs: step })
    series.push({ step: 20, epoch: 1, value: 7, elapsedMs: 21 })
    expect(series.steps).toEqual([10, 20])
    expect(series.values).toEqual([1, 7])
    expect(series.last).toBe(7)
  })
})

describe('chart columns', () => {
  it('joins curves of different steps on one x axis', () => {
    const [xs, first, second] = chartColumns([curve([1, 3], [10, 30]), curve([2], [20])], 0)
    expect(xs).toEqual([1, 2, 3])
    expect([first?.[0], second?.[1], first?.[2]]).toEqual([10, 20, 30])
  })

  it('adds a smooth column beside the raw one', () => {
    expect(chartColumns([curve([1, 2], [1, 3])], 0.5)).toHaveLength(3)
  })

  it('leaves curves of few exact points as they are', () => {
    expect(chartColumns([{ ...curve([1, 2], [1, 3]), marked: true }], 0.5)).toEqual([
      [1, 2],
      [1, 3],
    ])
  })

  it('gives gaps for values that are not finite', () => {
    expect(chartColumns([curve([1, 2], [1, Number.POSITIVE_INFINITY])], 0)[1]).toEqual([1, null])
  })

  it('reads the value at or before a step', () => {
    const line = curve([10, 20], [1, 2])
    expect([5, 10, 19, 25].map((x) => valueAt(line, x))).toEqual([null, 1, 1, 2])
  })
})
