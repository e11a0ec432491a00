/** Training settings that have no effect because of other settings, the data or the model. */
import { settingAt } from '../model/assign-setting.ts'
import {
  defaultTrainingConfig,
  optimizer,
  optimizerKind,
  suggestedLearningRate,
  type TrainingConfig,
} from './training.ts'

/** What a run's settings depend on besides each other. */
export interface TrainingFacts {
  hasValidation: boolean
  /** Whether the model has tables of embeddings or weights, to which the settings `tables` apply. */
  hasTables: boolean
  /** Whether it has other parameters, to which the settings `dense` apply. */
  hasDenseParameters: boolean
  /** Whether it has layers that multiply matrices, to which the precision applies. */
  hasMatrixProducts: boolean
  trainingRows: number
}

interface Rule {
  /** The setting, or the group that contains it. */
  path: string
  /** Why it has no effect, worded to continue a sentence, or null if it has one. */
  reason: (config: TrainingConfig, facts: TrainingFacts) => string | null
}

const where = (unused: boolean, reason: string): string | null => (unused ? reason : null)

const optimizerRules = (group: 'tables' | 'dense'): Rule[] => [
  ...(['beta1', 'beta2'] as const).map((name) => ({
    path: `${group}.${name}`,
    reason: ({ [group]: { kind } }: TrainingConfig) =>
      where(kind !== 'adam', `only adam has it, and ${group}.kind is ${kind}`),
  })),
  {
    path: `${group}.epsilon`,
    reason: ({ [group]: { kind } }) =>
      where(kind === 'sgd', `${group}.kind is sgd, which divides by nothing`),
  },
]

const stepsPerEpoch = ({ batchSize }: TrainingConfig, { trainingRows }: TrainingFacts): number =>
  Math.ceil(trainingRows / batchSize)

const totalSteps = (config: TrainingConfig, facts: TrainingFacts): number =>
  config.epochs * stepsPerEpoch(config, facts)

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`

/** Why the decay of the learning rate has no effect on any step, or null. */
function unusedDecay(config: TrainingConfig, facts: TrainingFacts): string | null {
  const { warmupSteps, decayStartStep, decaySteps } = config.schedule
  const steps = totalSteps(config, facts)
  // After a warm-up the rate stays a little below the full one until the decay begins.
  const isReached = warmupSteps > 1 ? steps >= warmupSteps : steps > decayStartStep
  return where(
    decaySteps > 0 && !isReached,
    `the decay begins at step ${decayStartStep.toLocaleString('en-US')}, and the run has ${counted(steps, 'step')}`,
  )
}

/** Why checkpoints between those of the epochs are never written, or null. */
function unusedCheckpoints(config: TrainingConfig, facts: TrainingFacts): string | null {
  const { checkpointEverySteps: every } = config
  const steps = totalSteps(config, facts)
  if (every > steps) return `the run has ${counted(steps, 'step')}`
  const inEpoch = stepsPerEpoch(config, facts)
  return where(
    every > 0 && every % inEpoch === 0,
    `an epoch has ${counted(inEpoch, 'step')}, and there is a checkpoint after each`,
  )
}

const rules: readonly Rule[] = [
  { path: 'tables', reason: (_, { hasTables }) => where(!hasTables, 'the model has no tables') },
  {
    path: 'dense',
    reason: (_, { hasDenseParameters }) => where(!hasDenseParameters, 'the model has no dense parameters'),
  },
  ...optimizerRules('tables'),
  ...optimizerRules('dense'),
  {
    path: 'schedule.decayStartStep',
    reason: ({ schedule: { warmupSteps, decaySteps } }) =>
      where(decaySteps === 0 && warmupSteps === 0, 'there is no decay: set schedule.decaySteps as well'),
  },
  { path: 'schedule.decayStartStep', reason: unusedDecay },
  { path: 'schedule.decaySteps', reason: unusedDecay },
  {
    path: 'schedule.warmupSteps',
    reason: ({ schedule: { warmupSteps } }) =>
      where(warmupSteps === 1, 'a warm-up of one step begins with the full learning rate'),
  },
  { path: 'checkpointEverySteps', reason: unusedCheckpoints },
  {
    path: 'accumulateBatches',
    reason: (config, facts) =>
      where(
        config.accumulateBatches > 1 && stepsPerEpoch(config, facts) === 1,
        'an epoch is a single batch, and gradients are never kept for the next epoch',
      ),
  },
  {
    path: 'precision',
    reason: ({ precision }, { hasMatrixProducts }) =>
      where(precision === 'bf16' && !hasMatrixProducts, 'the model has no layers that multiply matrices'),
  },
  {
    path: 'exchange',
    reason: ({ ranks }) => where(ranks === null, 'only ranks exchange pooled rows, and the run has none'),
  },
  ...['earlyStopping', 'bestMetric'].map((path) => ({
    path,
    reason: (_: TrainingConfig, { hasValidation }: TrainingFacts) =>
      where(!hasValidation, 'the dataset has no validation rows: import it with a split that includes some'),
  })),
]

/** Why the setting at a path has no effect, or null if it has one. */
export function unusedReason(path: string, config: TrainingConfig, facts: TrainingFacts): string | null {
  for (const rule of rules) {
    const concerns = path === rule.path || path.startsWith(`${rule.path}.`)
    const reason = concerns ? rule.reason(config, facts) : null
    if (reason !== null) return reason
  }
  return null
}

/**
 * Whether a value is the one that a setting has by default. A file with all settings, such as one copied from a run,
 * also contains those that its optimizers do not have.
 */
export function isDefaultValue(path: string, value: unknown): boolean {
  const [group, field] = path.split('.')
  if (group === 'tables' || group === 'dense') {
    const candidates = optimizerKind.options.map((kind) =>
      optimizer(kind, suggestedLearningRate(kind, group)),
    )
    return candidates.some((settings) => settings[field as keyof typeof settings] === value)
  }
  const setting = settingAt(defaultTrainingConfig, path.split('.'))
  return setting === value || (path.startsWith('earlyStopping') && value === null)
}
