/** The reference's learning-rate schedule: linear warm-up, a plateau, quadratic decay, then the last value. */
import { scheduleProblem, type TrainingConfig } from '../contract/training.ts'
import { StudioError } from '../contract/errors.ts'

type Schedule = TrainingConfig['schedule']

/** The decay ends at this rate, which is absolute and does not depend on the base rate. */
const MIN_RATE = 1e-7

/** Throws InvalidArgument if the decay would begin within the warm-up. */
export function checkSchedule(schedule: Schedule): void {
  const problem = scheduleProblem(schedule)
  if (problem !== null)
    throw new StudioError('InvalidArgument', problem, { field: 'schedule.decayStartStep' })
}

/**
 * The factor on the base learning rate at a step, counted from 1. On the plateau between warm-up and decay the rate
 * stays at the warm-up's last value. The full rate is reached where the decay starts, or directly after the warm-up if
 * there is no decay.
 */
export function learningRateScale(schedule: Schedule, baseRate: number, step: number): number {
  const { warmupSteps, decayStartStep, decaySteps } = schedule
  if (step < warmupSteps) return step / warmupSteps
  if (decaySteps === 0) return 1
  if (step < decayStartStep) return warmupSteps > 1 ? (warmupSteps - 1) / warmupSteps : 1
  const decayed = Math.min(step - decayStartStep, decaySteps - 1)
  return Math.max(MIN_RATE / baseRate, ((decaySteps - decayed) / decaySteps) ** 2)
}

/** The factors of `count` steps that begin at `firstStep`. */
export function learningRateScales(
  schedule: Schedule,
  baseRate: number,
  firstStep: number,
  count: number,
): Float64Array {
  return Float64Array.from({ length: count }, (_, index) =>
    learningRateScale(schedule, baseRate, firstStep + index),
  )
}
