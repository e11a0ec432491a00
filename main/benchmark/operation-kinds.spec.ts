import { describe, expect, it } from 'vitest'
import { compilePlan } from '../model/plan.ts'
import { presetDocument } from '../model/presets/index.ts'
import { operationKinds } from './operation-kinds.ts'
import { benchmarkPreset } from './presets.ts'

describe('the kind of an operation', () => {
  it('of a DLRM distinguishes tables, layers and interaction', () => {
    const { document, columns } = benchmarkPreset('kaggle')
    const kindOf = operationKinds(compilePlan(document, columns))
    expect(kindOf('tables', 'forward')).toBe('embeddings')
    expect(kindOf('bot_l.0', 'forward')).toBe('fullyConnected')
    expect(kindOf('top_l.4', 'backward')).toBe('fullyConnected')
    expect(kindOf('interaction', 'backward')).toBe('interaction')
    expect(kindOf('loss', 'forward')).toBe('other')
  })

  it('of an update or a wait for data is its phase', () => {
    const { document, columns } = benchmarkPreset('kaggle')
    const kindOf = operationKinds(compilePlan(document, columns))
    expect(kindOf('tables', 'update')).toBe('update')
    expect(kindOf('dense parameters', 'update')).toBe('update')
    expect(kindOf('batches', 'data')).toBe('data')
  })

  it('of a cross layer’s product is the interaction, of any rank', () => {
    const { columns } = benchmarkPreset('dcnv2')
    for (const settings of [{}, { rank: 8 }]) {
      const document = presetDocument('dcnv2', columns, { dimension: 16, layers: 1, deep: [8], ...settings })
      const plan = compilePlan(document, columns)
      const kindOf = operationKinds(plan)
      const cross = plan.operations.find(({ kind }) => kind === 'crossV2')?.node
      const products = plan.operations.filter(({ kind, node }) => kind === 'linear' && node === cross)
      expect(products.length).toBe('rank' in settings ? 2 : 1)
      for (const product of products) {
        const weight = product.kind === 'linear' ? plan.parameters[product.weight]?.name : undefined
        expect(kindOf(weight?.replace(/\.weight$/, '') ?? '', 'forward')).toBe('interaction')
      }
    }
  })
})
