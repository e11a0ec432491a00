import { describe, expect, it } from 'vitest'
import { tablePlan, tablePlanFile, type TablePlan } from '../../contract/table-plan.ts'
import type { OptimizerKind } from '../../model/costs.ts'
import { planOfTables, type TableOfModel } from '../../../test/helpers/models-of-tables.ts'
import { ORDINARY_HOST, type Host } from './hosts.ts'
import { defaultShards, engineShard, placeTables, shardsOf, type PlacementSettings } from './place-tables.ts'

const hostNamed = (name: string, more: Partial<Host> = {}): Host => ({ name, ...ORDINARY_HOST, ...more })
const pair = (operation: 'mult' | 'concat') =>
  ({ kind: 'quotientRemainder', collisions: 10, operation }) as const

function settingsFor(ranks: number, more: Partial<PlacementSettings> = {}): PlacementSettings {
  const hosts = [hostNamed('here', { slots: ranks })]
  return { ranks, hosts, tables: 'adagrad', dense: 'sgd', batchSize: 2048, lookups: [], ...more }
}

const ranksOf = ({ shards }: TablePlan, table: string) =>
  shards.filter((shard) => shard.table === table).map(({ rank }) => rank)

describe('the placement of tables', () => {
  it('gives each rank about the same work, and the same plan every time', () => {
    const plan = planOfTables([40, 30, 20, 10].map((thousands) => ({ rows: thousands * 1e3, dimension: 16 })))
    const placed = placeTables(plan, settingsFor(2, { lookups: [4, 3, 2, 1] }))
    expect(ranksOf(placed, 't0.weight')).toEqual(ranksOf(placed, 't3.weight'))
    expect(ranksOf(placed, 't1.weight')).toEqual(ranksOf(placed, 't2.weight'))
    expect(ranksOf(placed, 't0.weight')).not.toEqual(ranksOf(placed, 't1.weight'))
    expect(placeTables(plan, settingsFor(2, { lookups: [4, 3, 2, 1] }))).toEqual(placed)
    expect(tablePlan.parse(JSON.parse(JSON.stringify(placed)))).toEqual(placed)
  })

  it('divides the columns of a table that would slow one rank, unless the optimizer has state for rows', () => {
    const plan = planOfTables([{ rows: 1e6, dimension: 64 }])
    const columns = ({ shards }: TablePlan) =>
      shards.map((shard) => [shard.rank, shard.firstColumn, shard.columns])
    expect(columns(placeTables(plan, settingsFor(2)))).toEqual([
      [0, 0, 32],
      [1, 32, 32],
    ])
    expect(columns(placeTables(plan, settingsFor(2, { tables: 'rowWiseAdagrad' })))).toEqual([[0, 0, 64]])
  })

  it('says which rank the others wait for, and how long each takes', () => {
    const plan = planOfTables([{ rows: 1e6, dimension: 64, rowWeights: 'learned' }])
    const { perRank, slowestRank, stepMs } = placeTables(plan, settingsFor(2))
    const own = perRank.map(({ lookupsMs, exchangeMs, denseMs }) => lookupsMs + exchangeMs + denseMs)
    expect(own[slowestRank]).toBeCloseTo(stepMs, 9)
    expect(own[slowestRank]).toBe(Math.max(...own))
    expect(perRank[1 - slowestRank]).toMatchObject({ lookupsMs: 0 })
  })

  it('keeps the tables of a quotient-remainder pair together', () => {
    const tables = (['mult', 'concat'] as const).flatMap((operation) =>
      [1, 2, 3].map(() => ({ rows: 1e5, dimension: 32, compression: pair(operation) })),
    )
    const weighted = tables.map((table) => ({ ...table, rowWeights: 'learned' as const }))
    const placed = placeTables(planOfTables([...tables, ...weighted]), settingsFor(4))
    for (const index of [0, 1, 2]) {
      const halves = ['q', 'r'].map((half) =>
        placed.shards.flatMap(({ table, rank, columns }) =>
          table === `t${index}.weight_${half}` ? [[rank, columns]] : [],
        ),
      )
      expect(halves[0]).toEqual(halves[1])
    }
    for (const index of [6, 7, 8, 9, 10, 11]) {
      expect(ranksOf(placed, `t${index}.weight_q`)).toHaveLength(1)
      expect(ranksOf(placed, `t${index}.weight_q`)).toEqual(ranksOf(placed, `t${index}.weight_r`))
    }
  })

  it('leaves pinned tables where they are and places the others around them', () => {
    const plan = planOfTables([1, 2, 3, 4].map(() => ({ rows: 1e5, dimension: 16 })))
    const pins = tablePlanFile.parse({
      version: 1,
      ranks: 2,
      shards: ['t0', 't1'].map((id) => ({ table: `${id}.weight`, rank: 1 })),
    }).shards
    const placed = placeTables(plan, settingsFor(2, { pins }))
    expect(placed.shards.map(({ rank, pinned }) => [rank, pinned])).toEqual([
      [1, true],
      [1, true],
      [0, undefined],
      [0, undefined],
    ])
  })

  it('divides the rows of a table that is larger than a host, where columns cannot be divided', () => {
    const hosts = ['one', 'two', 'three'].map((name) => hostNamed(name, { memoryBytes: 400e6 }))
    const place = (table: TableOfModel, tables: OptimizerKind) =>
      placeTables(planOfTables([table]), settingsFor(3, { hosts, tables }))
    const plans = [
      place({ rows: 1e6, dimension: 64, rowWeights: 'learned' }, 'adagrad'),
      place({ rows: 2e6, dimension: 64 }, 'rowWiseAdagrad'),
      // It has one column.
      place({ rows: 2e7, dimension: 1 }, 'adam'),
    ]
    for (const { shards, perRank } of plans) {
      expect(shards.map(({ rank }) => rank)).toEqual([0, 1, 2])
      const ends = shards.map(({ firstRow = 0, rows = 0 }) => firstRow + rows)
      expect(shards.map(({ firstRow }) => firstRow)).toEqual([0, ...ends.slice(0, -1)])
      for (const { memoryBytes } of perRank) expect(memoryBytes).toBeLessThanOrEqual(400e6)
    }
    const [first] = plans
    expect(first?.shards.reduce((sum, { rows = 0 }) => sum + rows, 0)).toBe(1e6)
  })

  it('leaves pinned rows where they are', () => {
    const plan = planOfTables([
      { rows: 1000, dimension: 16, rowWeights: 'learned' },
      { rows: 1000, dimension: 16, compression: pair('mult') },
    ])
    const rows = (table: string, rank: number, firstRow: number, count?: number) => ({
      table,
      rank,
      firstRow,
      ...(count !== undefined && { rows: count }),
    })
    const pins = tablePlanFile.parse({
      version: 1,
      ranks: 3,
      shards: [
        rows('t0.weight', 2, 0, 10),
        rows('t0.weight', 0, 10),
        rows('t1.weight_q', 1, 0, 60),
        rows('t1.weight_q', 2, 60),
      ],
    }).shards
    const { shards } = placeTables(plan, settingsFor(3, { pins }))
    expect(shards.map(({ table, rank, firstRow, rows: count }) => [table, rank, firstRow, count])).toEqual([
      ['t0.weight', 2, 0, 10],
      ['t0.weight', 0, 10, 990],
      ['t1.weight_q', 1, 0, 60],
      ['t1.weight_q', 2, 60, 40],
      ['t1.weight_r', 1, undefined, undefined],
    ])
    const own = shards.map(engineShard)
    expect(shardsOf(plan, { version: 1, ranks: 3, shards: own }, { ranks: 3, tables: 'adam' })).toEqual(own)
  })

  it('is the same for every rank of a job without a plan', () => {
    const plan = planOfTables([1, 2, 3].map((size) => ({ rows: size * 1e5, dimension: 16 })))
    const { ranks, tables, dense, batchSize, lookups } = settingsFor(3)
    const shards = defaultShards(plan, { ranks, tables, dense, batchSize, lookups })
    expect(shards.map(({ rank }) => rank).sort()).toEqual([0, 1, 2])
    expect(shardsOf(plan, { version: 1, ranks, shards }, { ranks, tables })).toEqual(shards)
  })
})

describe('a plan that is impossible', () => {
  const plan = planOfTables([
    { rows: 1e4, dimension: 16 },
    { rows: 1e4, dimension: 16, rowWeights: 'learned' },
    { rows: 1e4, dimension: 16, compression: pair('mult') },
    { rows: 1e4, dimension: 16, compression: pair('mult'), rowWeights: 'learned' },
  ])
  const shard = (table: string, rank: number, columns?: [first: number, count: number]) => ({
    table,
    rank,
    ...(columns && { firstColumn: columns[0], columns: columns[1] }),
  })
  const cases: [string, object[], RegExp][] = [
    ['names a table that is not there', [shard('emb', 0)], /no table 'emb'; it has t0\.weight, t1\.weight/],
    ['uses a rank that is not there', [shard('t0.weight', 2)], /rank 2, but there are 2 ranks/],
    [
      'leaves columns out',
      [shard('t0.weight', 0, [0, 8])],
      /8 columns of the table 't0\.weight' are placed, but it has 16/,
    ],
    ['places columns twice', [shard('t0.weight', 0, [0, 9]), shard('t0.weight', 1, [8, 8])], /see column 8/],
    ['gives a rank two parts', [shard('t0.weight', 0, [0, 8]), shard('t0.weight', 0, [8, 8])], /two parts/],
    [
      'divides a table with learned weights',
      [shard('t1.weight', 0, [0, 8]), shard('t1.weight', 1, [8, 8])],
      /learned weights/,
    ],
    [
      'separates a pair',
      [shard('t2.weight_q', 0), shard('t2.weight_r', 1)],
      /'t2\.weight_q' and 't2\.weight_r' belong together/,
    ],
    [
      'leaves rows out',
      [
        { ...shard('t1.weight', 0), rows: 10 },
        { ...shard('t1.weight', 1), firstRow: 11 },
      ],
      /Each row of the table 't1\.weight' must be placed once: see row 10/,
    ],
    [
      'divides rows and columns',
      [
        { ...shard('t0.weight', 0, [0, 8]), rows: 10 },
        { ...shard('t0.weight', 1), firstRow: 10 },
      ],
      /by rows or by columns, but not by both/,
    ],
    [
      'divides the rows of a pair with learned weights',
      [
        { ...shard('t3.weight_q', 0), rows: 10 },
        { ...shard('t3.weight_q', 1), firstRow: 10 },
      ],
      /rows of the table 't3\.weight_q' must lie on one rank, because its learned weights are those of two tables/,
    ],
  ]
  it.each(cases)('because it %s is an error that says so', (_, shards, message) => {
    const file = tablePlanFile.parse({ version: 1, ranks: 2, shards })
    expect(() => placeTables(plan, settingsFor(2, { pins: file.shards }))).toThrow(message)
    expect(() => shardsOf(plan, file, { ranks: 2, tables: 'sgd' })).toThrow(message)
  })

  it('because it leaves a table out or is for another job cannot start', () => {
    const file = tablePlanFile.parse({ version: 1, ranks: 2, shards: [shard('t0.weight', 0)] })
    expect(() => shardsOf(plan, file, { ranks: 2, tables: 'sgd' })).toThrow("'t1.weight' on no rank")
    expect(() => shardsOf(plan, file, { ranks: 4, tables: 'sgd' })).toThrow('for 2 ranks, and the job has 4')
  })

  it('because memory is missing says how much, and on which host', () => {
    // Neither the columns nor the rows of a pair with learned weights can be divided.
    const large = planOfTables([
      { rows: 1.5e7, dimension: 64, rowWeights: 'learned', compression: pair('concat') },
    ])
    const hosts = (memoryBytes: number) => ['one', 'two'].map((name) => hostNamed(name, { memoryBytes }))
    const place = (memoryBytes: number, pins?: PlacementSettings['pins']) =>
      placeTables(large, settingsFor(2, { hosts: hosts(memoryBytes), pins }))
    expect(() => place(460e6)).toThrow(
      /on one host, because its learned weights are those of two tables.*one, has 29\d MB: 2\d\d MB are missing/,
    )
    expect(() => place(210e6)).toThrow(
      /need 4\d\d MB more memory than the hosts have for them \(one 4\d\.\d MB, two 4\d\.\d MB\)/,
    )
    expect(() => place(50e6)).toThrow(
      /host one has 50 MB, which is .* MB too little for its ranks, even without tables/,
    )
    const pins = tablePlanFile.parse({ version: 1, ranks: 2, shards: [shard('t0.weight_q', 1)] }).shards
    expect(() => place(460e6, pins)).toThrow(
      /host two has 460 MB, .* too little for its pinned tables with 't0\.weight_q'/,
    )
    expect(ranksOf(place(800e6, pins), 't0.weight_r')).toEqual([1])
  })

  it('because there are too few slots says so', () => {
    expect(() => placeTables(plan, settingsFor(3, { hosts: [hostNamed('one', { slots: 2 })] }))).toThrow(
      '2 slots for 3 ranks',
    )
  })
})
