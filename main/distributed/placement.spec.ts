import { describe, expect, it } from 'vitest'
import { randomColumns, randomDocument } from '../../test/helpers/random-documents.ts'
import { isLookup } from '../model/kinds/embedding-lowering.ts'
import { compilePlan } from '../model/plan.ts'
import { presetDocument } from '../model/presets/index.ts'
import { placeTables } from './placement.ts'

describe('the tables of a job', () => {
  it('are placed once each, whole, and together where they belong together', () => {
    for (let seed = 0; seed < 200; seed++) {
      const plan = compilePlan(randomDocument(seed), randomColumns)
      const ranks = 1 + (seed % 5)
      const shards = placeTables(plan, ranks)
      const lookups = plan.operations.filter(isLookup)
      const tables = new Set(lookups.map(({ table }) => plan.parameters[table]!.name))
      expect(shards.map(({ table }) => table).toSorted()).toEqual([...tables].toSorted())
      const rankOf = new Map(shards.map(({ table, rank }) => [table, rank]))
      for (const { table, rank, firstColumn, columns } of shards) {
        const { shape } = plan.parameters.find(({ name }) => name === table)!
        expect([firstColumn, columns]).toEqual([0, shape[1]])
        expect(rank).toBeLessThan(ranks)
      }
      for (const { node, table, indexMap, rowWeights } of lookups) {
        if (indexMap.kind !== 'quotient' && rowWeights === null) continue
        const others = lookups.filter((other) => other.node === node)
        expect(new Set(others.map((other) => rankOf.get(plan.parameters[other.table]!.name)))).toEqual(
          new Set([rankOf.get(plan.parameters[table]!.name)]),
        )
      }
    }
  })

  it('are divided so that ranks look up as many columns, and the largest tables are apart', () => {
    const cardinalities = [1000, 10, 3, 5000, 77, 200, 4000, 9]
    const columns = {
      dense: ['dense_0'],
      sparse: cardinalities.map((cardinality, index) => ({
        name: `sparse_${index}`,
        cardinality,
        multiValued: false,
      })),
    }
    const shards = placeTables(compilePlan(presetDocument('dlrm', columns), columns), 4)
    const tablesOf = (rank: number) => shards.filter((shard) => shard.rank === rank)
    expect([0, 1, 2, 3].map((rank) => tablesOf(rank).length)).toEqual([2, 2, 2, 2])
    const largest = [0, 3, 6, 5].map(
      (index) => shards.find(({ table }) => table === `emb_l.${index}.weight`)?.rank,
    )
    expect(new Set(largest).size).toBe(4)
  })
})
