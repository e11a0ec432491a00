/** The numbers of a training configuration as the form shows them: with name, unit, sentence and limits. */
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { assign, settingAt } from '../../../main/model/assign-setting.ts'
import type { NumberLimits } from '../../platform/number-text.ts'

export interface TrainingField {
  /** The path in the configuration, as the engine's errors name it. */
  path: string
  name: string
  hint: string
  unit?: string
  limits: NumberLimits
}

const whole = (minimum: number, maximum?: number): NumberLimits => ({
  integer: true,
  minimum,
  ...(maximum !== undefined && { maximum }),
})

export const basicFields: readonly TrainingField[] = [
  {
    path: 'epochs',
    name: 'Epochs',
    unit: 'passes',
    hint: 'Maximum number of passes over the training rows.',
    limits: whole(1, 100_000),
  },
  {
    path: 'batchSize',
    name: 'Batch size',
    unit: 'rows',
    hint: 'Rows per step. Larger batches are faster but need a higher learning rate.',
    limits: whole(1, 2 ** 24),
  },
  {
    path: 'seed',
    name: 'Seed',
    hint: 'Seeds the initial weights, row order and dropout. Same seed, same losses.',
    limits: whole(0, 2 ** 32 - 1),
  },
]

export const scheduleFields: readonly TrainingField[] = [
  {
    path: 'schedule.warmupSteps',
    name: 'Warm-up',
    unit: 'steps',
    hint: 'Steps over which the learning rate rises to its full value. 0 = none.',
    limits: whole(0),
  },
  {
    path: 'schedule.decayStartStep',
    name: 'Decay from step',
    unit: 'step',
    hint: 'Step at which the quadratic decay begins, after the warm-up.',
    limits: whole(0),
  },
  {
    path: 'schedule.decaySteps',
    name: 'Decay',
    unit: 'steps',
    hint: 'Steps over which the learning rate decays. 0 = no decay.',
    limits: whole(0),
  },
]

export const stepFields: readonly TrainingField[] = [
  {
    path: 'gradientClipNorm',
    name: 'Gradient clipping',
    unit: 'norm',
    hint: 'Gradients are scaled down to at most this norm. 0 = off.',
    limits: { minimum: 0 },
  },
  {
    path: 'accumulateBatches',
    name: 'Accumulate',
    unit: 'batches',
    hint: 'Number of batches whose gradients are averaged for one update.',
    limits: whole(1, 100_000),
  },
  {
    path: 'threads',
    name: 'Threads',
    unit: '0 = all',
    hint: 'Losses do not depend on it.',
    limits: whole(0, 1024),
  },
]

export const recordFields: readonly TrainingField[] = [
  {
    path: 'logEvery',
    name: 'Log the loss every',
    unit: 'steps',
    hint: 'Each point of the training curve is the mean over this many steps.',
    limits: whole(1),
  },
  {
    path: 'checkpointEverySteps',
    name: 'Checkpoint every',
    unit: 'steps',
    hint: 'In addition to one after each epoch. 0 = after epochs only.',
    limits: whole(0),
  },
]

/** The numbers of each optimizer. Their paths are relative to `tables` or `dense`. */
export const optimizerFields: readonly TrainingField[] = [
  {
    path: 'epsilon',
    name: 'Epsilon',
    hint: 'Avoids division by zero.',
    limits: { above: 0, maximum: 1 },
  },
  {
    path: 'l2',
    name: 'L2',
    hint: 'Weight decay added to the gradient; in tables, of the rows in the batch.',
    limits: { minimum: 0, maximum: 1000 },
  },
]

export const momentFields: readonly TrainingField[] = [
  {
    path: 'beta1',
    name: 'Beta 1',
    hint: 'Decay rate of the first moment (Adam).',
    limits: { minimum: 0, below: 1 },
  },
  {
    path: 'beta2',
    name: 'Beta 2',
    hint: 'Decay rate of the second moment (Adam).',
    limits: { minimum: 0, below: 1 },
  },
]

export function numberAt(config: TrainingConfig, path: string): number {
  const value = settingAt(config, path.split('.'))
  if (typeof value !== 'number') throw new TypeError(`${path} is no number of a training configuration.`)
  return value
}

/** Copies the configuration with another number at the path. */
export function withNumber(config: TrainingConfig, path: string, value: number): TrainingConfig {
  return assign(config, { path: path.split('.'), value }) as TrainingConfig
}
