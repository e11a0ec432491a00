import { expect, it } from 'vitest'
import { defaultTrainingConfig, optimizer, type TrainingConfig } from './training.ts'
import { isDefaultValue, unusedReason, type TrainingFacts } from './unused-settings.ts'

const facts: TrainingFacts = {
  hasValidation: true,
  hasTables: true,
  hasDenseParameters: true,
  hasMatrixProducts: true,
  trainingRows: 1000,
}
/** 20 epochs of 4 steps each. */
const ofSchedule = (warmupSteps: number, decayStartStep: number, decaySteps: number) => ({
  schedule: { warmupSteps, decayStartStep, decaySteps },
})
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
  ['schedule.decaySteps', ofSchedule(0, 80, 5), {}, 'begins at step 80, and the run has 80 steps'],
  ['schedule.decayStartStep', ofSchedule(100, 100, 5), {}, 'the run has 80 steps'],
  ['schedule.warmupSteps', ofSchedule(1, 0, 0), {}, 'begins with the full learning rate'],
  ['checkpointEverySteps', { checkpointEverySteps: 81 }, {}, 'the run has 80 steps'],
  ['checkpointEverySteps', { checkpointEverySteps: 8 }, {}, 'an epoch has 4 steps'],
  ['accumulateBatches', { accumulateBatches: 2 }, { trainingRows: 256 }, 'an epoch is a single batch'],
  ['exchange', { exchange: 'scatter' }, {}, 'only ranks exchange pooled rows'],
  ['precision', { precision: 'bf16' }, { hasMatrixProducts: false }, 'no layers that multiply'],
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

it.each<[string, Partial<TrainingConfig>]>([
  ['schedule.decaySteps', ofSchedule(0, 79, 5)],
  ['schedule.decayStartStep', ofSchedule(2, 500, 5)],
  ['checkpointEverySteps', { checkpointEverySteps: 3 }],
  ['accumulateBatches', { accumulateBatches: 2 }],
  ['exchange', { ranks: 2, exchange: 'scatter' }],
  ['precision', { precision: 'bf16' }],
])('lets %s be where the run is long enough for %o', (path, changes) => {
  expect(unusedReason(path, { ...defaultTrainingConfig, ...changes }, facts)).toBeNull()
})

it('knows the values that every file of settings names', () => {
  expect(isDefaultValue('tables.epsilon', 1e-8)).toBe(true)
  expect(isDefaultValue('tables.beta1', 0.9)).toBe(true)
  expect(isDefaultValue('tables.beta1', 0.5)).toBe(false)
  expect(isDefaultValue('bestMetric', 'auc')).toBe(true)
  expect(isDefaultValue('bestMetric', 'prAuc')).toBe(false)
  expect(isDefaultValue('earlyStopping', null)).toBe(true)
  expect(isDefaultValue('earlyStopping.patience', 3)).toBe(false)
})
