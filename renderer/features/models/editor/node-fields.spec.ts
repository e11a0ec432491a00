import { expect, it } from 'vitest'
import type { ModelNode, NodeKind } from '../../../../main/model/document.ts'
import { nodeDefinitions } from '../../../../main/model/kinds/index.ts'
import { newNode } from '../../../../main/model/editing/new-node.ts'
import { presetDocument } from '../../../../main/model/presets/index.ts'
import { sampleColumns } from '../../../../test/helpers/sample-columns.ts'
import { differs, fieldsOf, sharedFields, valueAt, withValueInAll } from './node-fields.ts'

const document = presetDocument('dlrm', sampleColumns(9))
const tables = document.nodes.filter(({ kind }) => kind === 'embedding')

it('leaves each of nine tables its own column and gives all of them one dimension', () => {
  expect(tables).toHaveLength(9)
  expect(withValueInAll(tables, 'column', 'c0')).toEqual(tables)
  expect(withValueInAll(tables, 'dimension', 8).map((node) => valueAt(node, 'dimension'))).toEqual(
    tables.map(() => 8),
  )
  expect(withValueInAll(tables.slice(0, 1), 'column', 'c5')[0]).toMatchObject({ column: 'c5' })
})

it('never lets what names columns, labels or ids be set in several nodes, whatever their kind', () => {
  for (const { kind } of nodeDefinitions) {
    const pair: ModelNode[] = [1, 2].map((at) => ({
      ...newNode(kind, document, sampleColumns(9)),
      id: `n${at}`,
    }))
    for (const { path, own } of fieldsOf(pair[0]!)) {
      expect(own ?? false, `${kind} ${path}`).toBe(/^(column|columns|id|label|name)$/.test(path))
      if (own) expect(withValueInAll(pair, path, path === 'columns' ? ['x'] : 'x')).toEqual(pair)
    }
  }
})

it('offers for several nodes the settings that all of them have', () => {
  const [first, second] = tables as [ModelNode, ModelNode]
  const [hashed] = withValueInAll([first], 'compression.kind', 'hash')
  const paths = (nodes: ModelNode[]) => sharedFields(nodes).map(({ path }) => path)
  expect(paths([hashed!])).toContain('compression.rows')
  expect(paths([hashed!, second])).not.toContain('compression.rows')
  expect(differs([hashed!, second], 'compression.kind')).toBe(true)
  expect(differs([hashed!, second], 'dimension')).toBe(false)
  expect(sharedFields([first, newNode('mlp' satisfies NodeKind, document, sampleColumns(9))])).toEqual([])
})

it('keeps the rows of tables that are hashed already when others are hashed with them', () => {
  const [hashed] = withValueInAll(tables.slice(0, 1), 'compression.kind', 'hash')
  const [own] = withValueInAll([hashed!], 'compression.rows', 77)
  const all = withValueInAll([own!, ...tables.slice(1)], 'compression.kind', 'hash')
  expect(all.map((node) => valueAt(node, 'compression.rows'))).toEqual([77, ...Array(8).fill(10_000)])
})
