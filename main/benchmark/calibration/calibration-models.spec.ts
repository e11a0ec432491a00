import { expect, it } from 'vitest'
import { compilePlan } from '../../model/plan.ts'
import { calibrationModels, modelsOfUnmeasuredKinds } from './calibration-models.ts'

it('measures a kind of node that no other model has, with the work of its operation', () => {
  const models = calibrationModels()
  const without = models.filter(({ document }) =>
    document.nodes.every(({ kind }) => kind !== 'factorizationMachine' && kind !== 'activation'),
  )
  const operations = modelsOfUnmeasuredKinds(without).map(({ document, columns }) => {
    const { operations, inputs } = compilePlan(document, columns)
    return { kinds: new Set(operations.map(({ kind }) => kind)), tables: inputs.sparse.length }
  })
  for (const kind of ['factorizationMachine', 'activation'] as const)
    expect(operations.some(({ kinds }) => kinds.has(kind))).toBe(true)
  expect(operations.some(({ tables }) => tables === 26)).toBe(true)
  expect(modelsOfUnmeasuredKinds(models)).toEqual([])
})
