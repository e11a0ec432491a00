import { expect, it } from 'vitest'
import { parseDlrmArguments } from './dlrm-arguments.ts'
import type { BoundColumns } from './document.ts'
import { compilePlan } from './plan.ts'
import { withDatasetColumns } from './placeholder-columns.ts'

const { document } = parseDlrmArguments(['--arch-embedding-size=10-20', '--arch-mlp-bot=3-2'])
const sparse = (name: string) => ({ name, cardinality: 7, multiValued: false })
const columns: BoundColumns = { dense: ['hour', 'price'], sparse: [sparse('user'), sparse('item')] }

it('replaces placeholders by a dataset’s columns, in their order', () => {
  const bound = withDatasetColumns(document, columns)
  const { inputs } = compilePlan(bound ?? document, columns)
  expect(inputs.dense).toEqual(['hour', 'price'])
  expect(inputs.sparse.map(({ name }) => name)).toEqual(['user', 'item'])
})

it.each<[string, BoundColumns]>([
  ['of another number', { ...columns, sparse: [sparse('user')] }],
  ['without dense ones', { ...columns, dense: [] }],
  ['of the same names', { ...columns, sparse: [sparse('sparse_0'), sparse('sparse_1')] }],
])('leaves the document as it is for columns %s', (_, others) => {
  expect(withDatasetColumns(document, others)).toBeNull()
})

it('leaves documents of real columns alone', () => {
  const nodes = document.nodes.map((node) => (node.kind === 'embedding' ? { ...node, column: 'user' } : node))
  expect(withDatasetColumns({ ...document, nodes }, columns)).toBeNull()
})
