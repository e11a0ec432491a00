import { describe, expect, it } from 'vitest'
import { SeriesBuffer } from './series-buffer.ts'
import { formatX, stepsPerEpoch, xsOf } from './x-axis.ts'

function series(points: [step: number, epoch: number, elapsedMs: number][]): SeriesBuffer {
  const buffer = new SeriesBuffer()
  for (const [step, epoch, elapsedMs] of points) buffer.push({ step, epoch, elapsedMs, value: 1 })
  return buffer
}

describe('the horizontal axis', () => {
  const loss = series([
    [50, 1, 900],
    [150, 2, 2100],
  ])

  it('counts steps, fractions of epochs or time', () => {
    expect(xsOf(loss, 'step', 100)).toEqual([50, 150])
    expect(xsOf(loss, 'epoch', 100)).toEqual([0.5, 1.5])
    expect(xsOf(loss, 'time', 100)).toEqual([900, 2100])
  })

  it('counts steps while the length of an epoch is not known', () => {
    expect(xsOf(loss, 'epoch', null)).toEqual([50, 150])
  })

  it('finds an epoch’s length by the evaluations at the epochs’ ends', () => {
    expect(stepsPerEpoch(series([]))).toBeNull()
    expect(
      stepsPerEpoch(
        series([
          [313, 1, 0],
          [626, 2, 0],
        ]),
      ),
    ).toBe(313)
  })

  it('shows each kind as people read it', () => {
    expect([
      formatX('step', 12_345),
      formatX('step', 2_500_000),
      formatX('epoch', 1.504),
      formatX('time', 90_000),
    ]).toEqual(['12,345', '2.5 M', '1.5', '1 min 30 s'])
  })
})
