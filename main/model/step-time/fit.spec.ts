import { describe, expect, it } from 'vitest'
import { fitUnitTimes, timeOf } from './fit.ts'

const truth = { step: 0.002, flops: 3e-9, rows: 2e-6 }

/** Work of many sizes that takes what `truth` says. */
function measurements() {
  return Array.from({ length: 40 }, (_, index) => {
    const amounts = { step: 1, flops: 1e4 * 1.5 ** (index % 13), rows: 10 * 1.7 ** (index % 7) }
    return { amounts, ms: timeOf(amounts, truth) }
  })
}

describe('fitting unit times', () => {
  it('finds the times that measurements were made of', () => {
    const fitted = fitUnitTimes(measurements())
    for (const [kind, time] of Object.entries(truth))
      expect(Math.abs((fitted[kind] ?? 0) / time - 1)).toBeLessThan(0.01)
  })

  it('is not led astray by a few measurements that were disturbed', () => {
    const measured = measurements()
    for (const index of [3, 17, 31]) measured[index]!.ms *= 20
    const fitted = fitUnitTimes(measured)
    for (const { amounts } of measured)
      expect(Math.abs(timeOf(amounts, fitted) / timeOf(amounts, truth) - 1)).toBeLessThan(0.15)
  })

  it('gives no kind of work a negative time', () => {
    const measured = measurements().map(({ amounts, ms }) => ({
      amounts: { ...amounts, none: amounts.rows ** 2 },
      ms,
    }))
    const fitted = fitUnitTimes(measured)
    for (const time of Object.values(fitted)) expect(time).toBeGreaterThanOrEqual(0)
  })

  it('has nothing to say without measurements', () => {
    expect(fitUnitTimes([])).toEqual({})
  })
})
