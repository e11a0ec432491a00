/** Training settings that change nothing because of other settings, of the data or of the model. */
import {
  defaultTrainingConfig,
  optimizer,
  optimizerKind,
  suggestedLearningRate,
  type TrainingConfig,
} from './training.ts'

/** What a run's settings depend on beside each other. */
export interface TrainingFacts {
  hasValidation: boolean
  /** Whether the model has tables of embeddings or weights, which the settings `tables` are for. */
  hasTables: boolean
  /** Whether it has parameters beside them, which the settings `dense` are for. */
  hasDenseParameters: boolean
}

interface Rule {
  /** The setting, or the group that it lies in. */
  path: string
  /** Why it has no effect, as the rest of a sentence; null where it has one. */
  reason: (config: TrainingConfig, facts: TrainingFacts) => string | null
}

const where = (unused: boolean, reason: string): string | null => (unused ? reason : null)

const optimizerRules = (part: 'tables' | 'dense'): Rule[] => [
  ...(['beta1', 'beta2'] as const).map((name) => ({
    path: `${part}.${name}`,
    reason: ({ [part]: { kind } }: TrainingConfig) =>
      where(kind !== 'adam', `only adam has it, and ${part}.kind is ${kind}`),
  })),
  {
    path: `${part}.epsilon`,
    reason: ({ [part]: { kind } }) => where(kind === 'sgd', `${part}.kind is sgd, which divides by nothing`),
  },
]

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
  ...['earlyStopping', 'bestMetric'].map((path) => ({
    path,
    reason: (_: TrainingConfig, { hasValidation }: TrainingFacts) =>
      where(!hasValidation, 'the dataset has no validation rows: import it with a split that includes some'),
  })),
]

/** Why the setting at a path has no effect, or null where it has one. */
export function unusedReason(path: string, config: TrainingConfig, facts: TrainingFacts): string | null {
  for (const rule of rules) {
    const concerns = path === rule.path || path.startsWith(`${rule.path}.`)
    const reason = concerns ? rule.reason(config, facts) : null
    if (reason !== null) return reason
  }
  return null
}

/**
 * Whether a value is the one that a setting has anyway. A file with all settings, such as one copied from a run, names
 * those too that its optimizers do not have.
 */
export function isDefaultValue(path: string, value: unknown): boolean {
  const [part, field] = path.split('.')
  if (part === 'tables' || part === 'dense') {
    const candidates = optimizerKind.options.map((kind) => optimizer(kind, suggestedLearningRate(kind, part)))
    return candidates.some((settings) => settings[field as keyof typeof settings] === value)
  }
  const place = path
    .split('.')
    .reduce<unknown>(
      (inside, key) => (inside as Record<string, unknown> | null)?.[key],
      defaultTrainingConfig,
    )
  return place === value || (path.startsWith('earlyStopping') && value === null)
}
