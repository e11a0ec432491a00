import { expect, it } from 'vitest'
import { checkDocument } from '../check.ts'
import type { BoundColumns, ModelNode } from '../document.ts'
import { presetDocument, presetNames } from '../presets/index.ts'
import { bindColumns, canBindColumns } from './bind-columns.ts'

const columnsOf = (dense: string[], sparse: string[]): BoundColumns => ({
  dense,
  sparse: sparse.map((name) => ({ name, cardinality: 50, multiValued: false })),
})
const old = columnsOf(['I1', 'I2'], ['C1', 'C2', 'User-ID'])
const data = columnsOf(['age', 'price', 'rank'], ['item', 'user_id', 'shop', 'city'])

it.each(presetNames)('a %s that was made for other columns has no error once it is bound', (name) => {
  const document = presetDocument(name, old)
  const errors = (columns: BoundColumns, bound = document) =>
    checkDocument(bound, columns).problems.filter(({ severity }) => severity === 'error')
  expect(errors(data).length).toBeGreaterThan(0)
  expect(canBindColumns(document, data)).toBe(true)
  const bound = bindColumns(document, data)
  expect(errors(data, bound)).toEqual([])
  expect(canBindColumns(bound, data)).toBe(false)
})

it('goes by the spelling first, then by the order, and gives no column twice', () => {
  const tables = bindColumns(presetDocument('dlrm', old), data).nodes.flatMap((node: ModelNode) =>
    node.kind === 'embedding' ? [node.column] : [],
  )
  expect(tables).toEqual(['item', 'shop', 'user_id'])
})

it('leaves what there is no column for, and a document that suits, as they are', () => {
  const document = presetDocument('dlrm', old)
  expect(bindColumns(document, old)).toBe(document)
  const few = bindColumns(document, columnsOf([], ['only']))
  expect(few.nodes.map((node) => node.kind === 'embedding' && node.column)).toContain('C2')
  expect(few.nodes.find(({ kind }) => kind === 'denseInput')).toEqual(
    document.nodes.find(({ kind }) => kind === 'denseInput'),
  )
})
