import { expect, it } from 'vitest'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { findNodes } from './find-nodes.ts'

const document = presetDocument('dlrm', {
  dense: ['age', 'price'],
  sparse: ['user', 'item'].map((name) => ({ name, cardinality: 9, multiValued: false })),
})

it('finds nodes by all words of id, label, kind and columns, and none by no word', () => {
  const kinds = (text: string) =>
    findNodes(document, text).map((id) => document.nodes.find((node) => node.id === id)?.kind)
  expect(kinds('PRICE')).toEqual(['denseInput'])
  expect(kinds('embedding item')).toEqual(['embedding'])
  expect(kinds('mlp')).toEqual(['mlp', 'mlp'])
  expect(kinds('mlp item')).toEqual([])
  expect(kinds('  ')).toEqual([])
})
