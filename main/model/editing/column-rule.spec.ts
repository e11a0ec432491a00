import { describe, expect, it } from 'vitest'
import { checkDocument } from '../check.ts'
import { presetDocument } from '../presets/index.ts'
import { DEFAULT_RULE, tableSizes } from './column-rule.ts'
import { columnNodes, newColumns } from './new-node.ts'

const column = (name: string, cardinality: number) => ({ name, cardinality, multiValued: false })
const sparse = [column('gender', 16), column('shop', 10_000), column('item', 1_000_000)]

describe('a rule for the tables of a dataset’s columns', () => {
  it('gives all the same width where nothing else is asked for', () => {
    expect(tableSizes(sparse, DEFAULT_RULE)).toEqual(
      sparse.map(() => ({ dimension: 16, compression: { kind: 'none' } })),
    )
  })

  it('widens tables with the fourth root of their column’s values', () => {
    const sizes = tableSizes(sparse, { ...DEFAULT_RULE, widths: 'root' })
    expect(sizes.map(({ dimension }) => dimension)).toEqual([12, 60, 190])
  })

  it('narrows large tables to powers of two, with one width behind the projections', () => {
    const sizes = tableSizes(sparse, { ...DEFAULT_RULE, widths: 'mixed', dimension: 64 })
    expect(sizes.map(({ dimension }) => dimension)).toEqual([64, 64, 64])
    expect(sizes.map(({ tableDimension }) => tableDimension)).toEqual([undefined, 8, 2])
  })

  it('hashes only the columns that have more values than the rows', () => {
    const kinds = tableSizes(sparse, { ...DEFAULT_RULE, hashTo: 10_000 }).map(
      ({ compression }) => compression,
    )
    expect(kinds).toEqual([{ kind: 'none' }, { kind: 'none' }, { kind: 'hash', rows: 10_000 }])
  })

  it('has no columns to size and none to add where the model has them all', () => {
    expect(tableSizes([], { ...DEFAULT_RULE, widths: 'mixed' })).toEqual([])
    const columns = { dense: ['age'], sparse }
    expect(newColumns(presetDocument('dlrm', columns), columns)).toEqual({ dense: [], sparse: [] })
  })

  it.each(['same', 'root', 'mixed'] as const)('makes nodes that the check accepts: %s', (widths) => {
    const columns = { dense: ['age'], sparse }
    const empty = { ...presetDocument('dlrm', columns), nodes: [] }
    const nodes = columnNodes(empty, columns, { x: 0, y: 0 }, { x: 1, y: 1 }, { ...DEFAULT_RULE, widths })
    expect(nodes.map(({ id }) => id)).toEqual(['dense', 'gender', 'shop', 'item'])
    const ofTables = checkDocument({ ...empty, nodes }, columns).problems.filter(
      ({ severity, node }) => severity === 'error' && node !== null,
    )
    expect(ofTables).toEqual([])
  })
})
