import { describe, expect, it } from 'vitest'
import { compilePlan } from '../model/plan.ts'
import { presetDocument } from '../model/presets/index.ts'
import { operationCategories } from './operation-categories.ts'
import { benchmarkPreset } from './presets.ts'

describe('the category of an operation', () => {
  it('of a DLRM distinguishes tables, layers and interaction', () => {
    const { document, columns } = benchmarkPreset('kaggle')
    const categoryOf = operationCategories(compilePlan(document, columns))
    expect(categoryOf('tables', 'forward')).toBe('embeddings')
    expect(categoryOf('bot_l.0', 'forward')).toBe('fullyConnected')
    expect(categoryOf('top_l.4', 'backward')).toBe('fullyConnected')
    expect(categoryOf('interaction', 'backward')).toBe('interaction')
    expect(categoryOf('loss', 'forward')).toBe('other')
  })

  it('of the exchanges of ranks is communication', () => {
    const { document, columns } = benchmarkPreset('kaggle')
    const categoryOf = operationCategories(compilePlan(document, columns))
    expect(categoryOf('pooled rows', 'forward')).toBe('communication')
    expect(categoryOf('dense gradients', 'backward')).toBe('communication')
  })

  it('of an update or a wait for data is its phase', () => {
    const { document, columns } = benchmarkPreset('kaggle')
    const categoryOf = operationCategories(compilePlan(document, columns))
    expect(categoryOf('tables', 'update')).toBe('update')
    expect(categoryOf('dense parameters', 'update')).toBe('update')
    expect(categoryOf('batches', 'data')).toBe('data')
  })

  it('of a cross layer’s product is the interaction, of any rank', () => {
    const { columns } = benchmarkPreset('dcnv2')
    for (const settings of [{}, { rank: 8 }]) {
      const document = presetDocument('dcnv2', columns, { dimension: 16, layers: 1, deep: [8], ...settings })
      const plan = compilePlan(document, columns)
      const categoryOf = operationCategories(plan)
      const cross = plan.operations.find(({ kind }) => kind === 'crossV2')?.node
      const products = plan.operations.filter(({ kind, node }) => kind === 'linear' && node === cross)
      expect(products.length).toBe('rank' in settings ? 2 : 1)
      for (const product of products) {
        const weight = product.kind === 'linear' ? plan.parameters[product.weight]?.name : undefined
        expect(categoryOf(weight?.replace(/\.weight$/, '') ?? '', 'forward')).toBe('interaction')
      }
    }
  })
})
