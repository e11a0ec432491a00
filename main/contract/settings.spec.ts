import { expect, it } from 'vitest'
import { personSettings, startingConfig, trainingDefaults, usableFields } from './settings.ts'
import { defaultTrainingConfig, suggestedLearningRate } from './training.ts'

it('starts a run with the built-in settings where nothing was chosen', () => {
  expect(startingConfig({}, 0)).toEqual(defaultTrainingConfig)
})

it('gives an optimizer that was chosen without a learning rate the one that suits it', () => {
  const { tables, dense, epochs, threads } = startingConfig(
    { epochs: 3, tables: { kind: 'sgd' }, dense: { learningRate: 0.5 } },
    2,
  )
  expect(tables).toMatchObject({ kind: 'sgd', learningRate: suggestedLearningRate('sgd', 'tables') })
  expect(dense).toMatchObject({ kind: 'adam', learningRate: 0.5 })
  expect([epochs, threads]).toEqual([3, 2])
})

it('keeps what is intact of damaged settings and names the rest', () => {
  const stored = { theme: 'dark', threads: -4, density: 'tiny', laterSetting: 1 }
  const { fields, problems } = usableFields(personSettings, stored)
  expect(fields).toEqual({ theme: 'dark' })
  expect(problems).toHaveLength(2)
  expect(problems.join(' ')).toMatch(/threads.*density/)
  expect(usableFields(trainingDefaults, [1]).problems).toEqual(['It is not an object with settings.'])
})
