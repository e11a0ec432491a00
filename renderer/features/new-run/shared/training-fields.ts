/** The settings of a training configuration as the form shows them: with name, unit, sentence and limits. */
import { metricNames } from '../../../../main/contract/metrics.ts'
import {
  defaultTrainingConfig,
  evaluationMetric,
  learningRateSchedule,
  optimizerSettings,
  SUGGESTED_PATIENCE,
  trainingConfig,
  withKind,
  type OptimizerConfig,
  type TrainingConfig,
} from '../../../../main/contract/training.ts'
import { boundsOf } from '../../../../main/model/number-bounds.ts'
import type { JobPlace } from '../../cluster/shared/job-place.ts'
import { withValue, type FormField, type SelectOption } from '../../../ui/form-field.ts'
import { optimizerOptions } from './optimizer-choice.ts'

/** The groups of parameters that have an optimizer each. */
export type ParameterGroup = 'tables' | 'dense'

const { shape: settings } = trainingConfig
const { shape: schedule } = learningRateSchedule
const { shape: optimizer } = optimizerSettings

/** A number with the limits of its schema. */
const number = (
  path: string,
  name: string,
  schema: Parameters<typeof boundsOf>[0],
  texts: Pick<FormField, 'hint' | 'label'> & { unit?: string },
): FormField => ({ path, name, ...texts, control: 'number', limits: boundsOf(schema) })

export const basicFields: readonly FormField[] = [
  number('epochs', 'Epochs', settings.epochs, {
    unit: 'epochs',
    hint: 'Maximum number of times the training rows are read.',
  }),
  number('batchSize', 'Batch size', settings.batchSize, {
    unit: 'rows',
    hint: 'Rows per step. Larger batches are faster but need a higher learning rate.',
  }),
  number('seed', 'Seed', settings.seed, {
    hint: 'Seeds the initial weights, row order and dropout. Same seed, same losses.',
  }),
]

export const scheduleFields: readonly FormField[] = [
  number('schedule.warmupSteps', 'Warm-up', schedule.warmupSteps, {
    unit: 'steps',
    hint: 'Steps over which the learning rate rises to its full value. 0 = none.',
  }),
  number('schedule.decayStartStep', 'Decay from step', schedule.decayStartStep, {
    unit: 'step',
    hint: 'Step at which the quadratic decay begins, after the warm-up.',
  }),
  number('schedule.decaySteps', 'Decay', schedule.decaySteps, {
    unit: 'steps',
    hint: 'Steps over which the learning rate decays. 0 = no decay.',
  }),
]

export const threadsField = number('threads', 'Threads', settings.threads, {
  unit: '0 = all',
  hint: 'Losses do not depend on it.',
})

export const stepFields: readonly FormField[] = [
  number('gradientClipNorm', 'Gradient clipping', settings.gradientClipNorm, {
    unit: 'norm',
    hint: 'Gradients are scaled down to at most this norm. 0 = off.',
  }),
  number('accumulateBatches', 'Accumulate', settings.accumulateBatches, {
    unit: 'batches',
    hint: 'Number of batches whose gradients are averaged for one update.',
  }),
  threadsField,
]

export const recordFields: readonly FormField[] = [
  number('logEvery', 'Log the loss every', settings.logEvery, {
    unit: 'steps',
    hint: 'Each point of the training curve is the mean over this many steps.',
  }),
  number('checkpointEverySteps', 'Checkpoint every', settings.checkpointEverySteps, {
    unit: 'steps',
    hint: 'In addition to one after each epoch. 0 = after epochs only.',
  }),
]

const titles = { tables: 'embedding tables', dense: 'dense layers' }

export const rateFields = (group: ParameterGroup): FormField[] => [
  {
    path: `${group}.kind`,
    name: `Optimizer, ${titles[group]}`,
    control: 'choice',
    options: optimizerOptions,
  },
  number(`${group}.learningRate`, `Learning rate, ${titles[group]}`, optimizer.learningRate, {}),
]

/** The numbers of an optimizer besides its learning rate. Only Adam has moments. */
export function optimizerFields(group: ParameterGroup, kind: OptimizerConfig['kind']): FormField[] {
  const own = (path: 'epsilon' | 'l2' | 'beta1' | 'beta2', name: string, hint: string) =>
    number(`${group}.${path}`, name, optimizer[path], { label: `${name}, ${group}`, hint })
  const fields = [
    own('epsilon', 'Epsilon', 'Avoids division by zero.'),
    own('l2', 'L2', 'Weight decay added to the gradient; in tables, of the rows in the batch.'),
  ]
  if (kind !== 'adam') return fields
  return [
    ...fields,
    own('beta1', 'Beta 1', 'Decay rate of the first moment (Adam).'),
    own('beta2', 'Beta 2', 'Decay rate of the second moment (Adam).'),
  ]
}

const { patience } = settings.earlyStopping.unwrap().shape
export const patienceLimits = boundsOf(patience)
const patienceField = number('earlyStopping.patience', 'Patience', patience, {
  unit: 'epochs',
  hint: 'Epochs without improvement before the run stops.',
})

export const stoppingFields = (stopsEarly: boolean, hasValidation: boolean): FormField[] => [
  {
    path: 'bestMetric',
    name: 'Best by',
    hint: 'The validation metric that decides which epoch is best.',
    control: 'choice',
    options: evaluationMetric.options.map((value) => ({ value, text: metricNames[value] })),
  },
  {
    path: 'stopsEarly',
    name: 'Early stopping',
    label: 'Stop early',
    hint: hasValidation
      ? 'Ends the run when this metric stops improving.'
      : 'This dataset has no validation rows, so the run trains for all epochs.',
    control: 'check',
    disabled: !hasValidation,
    testId: 'config-earlyStopping',
  },
  ...(stopsEarly && hasValidation ? [patienceField] : []),
]

export const precisionField: FormField = {
  path: 'precision',
  name: 'Precision',
  hint: 'bf16 is faster on CPUs with native bf16 instructions, such as AMD Zen 4 and later.',
  control: 'choice',
  options: [
    { value: 'fp32', text: 'fp32' },
    { value: 'bf16', text: 'bf16 products, fp32 sums and weights' },
  ],
}

/** `backends` are the options with the memory that each needs. `found` says which device TensorFlow finds. */
export function backendFields(
  backend: TrainingConfig['backend'],
  backends: readonly SelectOption[],
  found: string,
): FormField[] {
  const choice: FormField = {
    path: 'backend',
    name: 'Backend',
    hint:
      backend === 'tensorflow'
        ? 'Computes the dense layers in fp32; the native engine keeps the tables. Memory needed is in brackets.'
        : 'The fastest on a CPU. Memory needed is in brackets.',
    control: 'choice',
    options: backends,
  }
  const device: FormField = {
    path: 'device',
    name: 'Device',
    hint: found,
    control: 'choice',
    options: [
      { value: 'auto', text: 'Automatic (GPU if available)' },
      { value: 'cpu', text: 'CPU' },
      { value: 'gpu', text: 'GPU' },
    ],
  }
  return backend === 'tensorflow' ? [choice, device, precisionField] : [choice, precisionField]
}

/** Gives the values as the fields show them. */
export const formValues = (config: TrainingConfig): object => ({
  ...config,
  stopsEarly: config.earlyStopping !== null,
})

/** The settings that say where a run trains. Only ranks exchange anything. */
export const onPlace = (
  { ranks, hosts }: JobPlace,
  { exchange }: Pick<TrainingConfig, 'exchange'>,
): Pick<TrainingConfig, 'ranks' | 'hosts' | 'exchange'> => ({
  ranks,
  hosts: hosts && [...hosts],
  exchange: ranks === null ? defaultTrainingConfig.exchange : exchange,
})

/** Changes the setting of a field, and the settings that depend on it. */
export function withSetting(config: TrainingConfig, path: string, value: unknown): TrainingConfig {
  switch (path) {
    case 'backend':
      return {
        ...config,
        backend: value as TrainingConfig['backend'],
        device: defaultTrainingConfig.device,
        ...onPlace({ ranks: null, hosts: null }, config),
      }
    case 'tables.kind':
    case 'dense.kind': {
      const group = path === 'tables.kind' ? 'tables' : 'dense'
      return { ...config, [group]: withKind(config[group], value as OptimizerConfig['kind'], group) }
    }
    case 'stopsEarly':
      return { ...config, earlyStopping: value === true ? { patience: SUGGESTED_PATIENCE } : null }
    default:
      return withValue(config, path, value)
  }
}
