import { expect, it } from 'vitest'
import { defaultTrainingConfig, optimizer, type TrainingConfig } from './training.ts'
import { isDefaultValue, unusedReason, type TrainingFacts } from './unused-settings.ts'

const facts: TrainingFacts = { hasValidation: true, hasTables: true, hasDenseParameters: true }
const sgd = { tables: optimizer('sgd', 0.1), dense: optimizer('sgd', 0.1) }
const adagrad = { tables: optimizer('adagrad', 0.1) }

it.each<[string, Partial<TrainingConfig>, Partial<TrainingFacts>, string]>([
  ['dense.beta1', sgd, {}, 'only adam has it, and dense.kind is sgd'],
  ['tables.beta2', adagrad, {}, 'only adam has it, and tables.kind is adagrad'],
  ['tables.epsilon', sgd, {}, 'tables.kind is sgd'],
  ['schedule.decayStartStep', {}, {}, 'there is no decay'],
  ['earlyStopping.patience', {}, { hasValidation: false }, 'no validation rows'],
  ['bestMetric', {}, { hasValidation: false }, 'no validation rows'],
  ['tables.learningRate', {}, { hasTables: false }, 'no tables'],
  ['dense.l2', {}, { hasDenseParameters: false }, 'no dense parameters'],
])('says why %s has no effect', (path, changes, given, reason) => {
  const config = { ...defaultTrainingConfig, ...changes }
  expect(unusedReason(path, config, { ...facts, ...given })).toContain(reason)
})

it.each(['tables.beta1', 'tables.epsilon', 'dense.l2', 'epochs', 'bestMetric', 'schedule.warmupSteps'])(
  'lets %s be, which has an effect',
  (path) => {
    expect(unusedReason(path, defaultTrainingConfig, facts)).toBeNull()
  },
)

it('knows the values that every file of settings names', () => {
  expect(isDefaultValue('tables.epsilon', 1e-8)).toBe(true)
  expect(isDefaultValue('tables.beta1', 0.9)).toBe(true)
  expect(isDefaultValue('tables.beta1', 0.5)).toBe(false)
  expect(isDefaultValue('bestMetric', 'auc')).toBe(true)
  expect(isDefaultValue('bestMetric', 'prAuc')).toBe(false)
  expect(isDefaultValue('earlyStopping', null)).toBe(true)
  expect(isDefaultValue('earlyStopping.patience', 3)).toBe(false)
})
