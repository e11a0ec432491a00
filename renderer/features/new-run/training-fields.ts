/** The numbers of a training configuration as the form shows them: names, units, one sentence each, limits. */
import type { TrainingConfig } from '../../../main/contract/training.ts'
import { assign } from '../../../main/model/assign-setting.ts'
import type { NumberLimits } from '../../ui/number-text.ts'

export interface TrainingField {
  /** Path in the configuration, as the engine's errors name it. */
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
    hint: 'How often all training rows are gone through, at most.',
    limits: whole(1, 100_000),
  },
  {
    path: 'batchSize',
    name: 'Batch size',
    unit: 'rows',
    hint: 'Rows a step learns from. Larger is faster and needs a higher learning rate.',
    limits: whole(1, 2 ** 24),
  },
  {
    path: 'seed',
    name: 'Seed',
    hint: 'Of initial values, row order and dropout. Same seed, same losses.',
    limits: whole(0, 2 ** 32 - 1),
  },
]

export const scheduleFields: readonly TrainingField[] = [
  {
    path: 'schedule.warmupSteps',
    name: 'Warm-up',
    unit: 'steps',
    hint: 'The learning rate climbs to its full value over these. 0 = none.',
    limits: whole(0),
  },
  {
    path: 'schedule.decayStartStep',
    name: 'Decay from step',
    unit: 'step',
    hint: 'Where the quadratic decay begins: the warm-up’s end or later.',
    limits: whole(0),
  },
  {
    path: 'schedule.decaySteps',
    name: 'Decay',
    unit: 'steps',
    hint: 'Steps over which the rate falls. 0 = no decay.',
    limits: whole(0),
  },
]

export const stepFields: readonly TrainingField[] = [
  {
    path: 'gradientClipNorm',
    name: 'Gradient clipping',
    unit: 'norm',
    hint: 'The gradient is scaled down to at most this norm. 0 = off.',
    limits: { minimum: 0 },
  },
  {
    path: 'accumulateBatches',
    name: 'Accumulate',
    unit: 'batches',
    hint: 'Batches whose gradients are averaged for one update.',
    limits: whole(1, 100_000),
  },
  {
    path: 'threads',
    name: 'Threads',
    unit: '0 = all',
    hint: 'The losses are the same for any number.',
    limits: whole(0, 1024),
  },
]

export const recordFields: readonly TrainingField[] = [
  {
    path: 'logEvery',
    name: 'Log the loss every',
    unit: 'steps',
    hint: 'One point of the training curve is the mean over these.',
    limits: whole(1),
  },
  {
    path: 'checkpointEverySteps',
    name: 'Checkpoint every',
    unit: 'steps',
    hint: 'Beside the one after each epoch. 0 = epochs only.',
    limits: whole(0),
  },
]

/** Of `tables` and `dense`, relative to either. */
export const optimizerFields: readonly TrainingField[] = [
  {
    path: 'epsilon',
    name: 'Epsilon',
    hint: 'Keeps divisions by a small state finite.',
    limits: { above: 0, maximum: 1 },
  },
  {
    path: 'l2',
    name: 'L2',
    hint: 'This much of each parameter is added to its gradient; of touched rows, for tables.',
    limits: { minimum: 0, maximum: 1000 },
  },
]

export const momentFields: readonly TrainingField[] = [
  {
    path: 'beta1',
    name: 'Beta 1',
    hint: 'Decay of the gradient’s mean (Adam).',
    limits: { minimum: 0, below: 1 },
  },
  {
    path: 'beta2',
    name: 'Beta 2',
    hint: 'Decay of the squared gradient’s mean (Adam).',
    limits: { minimum: 0, below: 1 },
  },
]

export function numberAt(config: TrainingConfig, path: string): number {
  const value = path
    .split('.')
    .reduce<unknown>((inside, part) => (inside as Record<string, unknown>)[part], config)
  if (typeof value !== 'number') throw new TypeError(`${path} is no number of a training configuration.`)
  return value
}

/** A copy of the configuration with another number at the path. */
export function withNumber(config: TrainingConfig, path: string, value: number): TrainingConfig {
  return assign(config, { path: path.split('.'), value }) as TrainingConfig
}
