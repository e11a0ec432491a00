import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkSchedule, learningRateScale, learningRateScales } from './schedule.ts'

describe('the learning-rate schedule', () => {
  it('gives the reference case its learning rates', () => {
    const file = new URL('../../test/fixtures/reference/golden/lr_schedule.json', import.meta.url)
    const golden = JSON.parse(readFileSync(file, 'utf8')) as {
      learning_rates: number[]
      lr_schedule: { warmup_steps: number; decay_start_step: number; decay_steps: number }
    }
    const schedule = {
      warmupSteps: golden.lr_schedule.warmup_steps,
      decayStartStep: golden.lr_schedule.decay_start_step,
      decaySteps: golden.lr_schedule.decay_steps,
    }
    const scales = learningRateScales(schedule, 0.1, 1, golden.learning_rates.length)
    golden.learning_rates.forEach((rate, index) => expect(0.1 * (scales[index] ?? NaN)).toBeCloseTo(rate, 12))
  })

  it('is constant without warm-up and decay', () => {
    const constant = { warmupSteps: 0, decayStartStep: 0, decaySteps: 0 }
    expect([...learningRateScales(constant, 0.5, 1, 3)]).toEqual([1, 1, 1])
  })

  it('reaches the full rate right after a warm-up that no decay follows', () => {
    const schedule = { warmupSteps: 4, decayStartStep: 4, decaySteps: 0 }
    expect([...learningRateScales(schedule, 1, 1, 5)]).toEqual([0.25, 0.5, 0.75, 1, 1])
  })

  it('keeps the last decayed rate once the decay is over', () => {
    const schedule = { warmupSteps: 0, decayStartStep: 2, decaySteps: 4 }
    expect(learningRateScale(schedule, 1, 5)).toBe(1 / 16)
    expect(learningRateScale(schedule, 1, 500)).toBe(1 / 16)
  })

  it('decays no further than a rate of 1e-7, whatever the base rate', () => {
    const schedule = { warmupSteps: 0, decayStartStep: 1, decaySteps: 1000 }
    expect(1e-6 * learningRateScale(schedule, 1e-6, 1000)).toBeCloseTo(1e-7, 15)
  })

  it('refuses a decay that starts inside the warm-up', () => {
    expect(() => checkSchedule({ warmupSteps: 5, decayStartStep: 4, decaySteps: 2 })).toThrow(
      /inside the warm-up/,
    )
  })
})
