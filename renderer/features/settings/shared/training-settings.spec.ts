import { expect, it } from 'vitest'
import { without } from './training-settings.ts'

it('leaves no empty group behind when its last setting is reset', () => {
  const defaults = { epochs: 5, tables: { kind: 'sgd' as const, learningRate: 1 } }
  expect(without(defaults, 'tables.kind')).toEqual({ epochs: 5, tables: { learningRate: 1 } })
  expect(without(without(defaults, 'tables.kind'), 'tables.learningRate')).toEqual({ epochs: 5 })
  expect(without({ earlyStopping: null }, 'earlyStopping.patience')).toEqual({})
})
