import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StudioError } from '../main/contract/errors.ts'
import { newestFirst, runSort, type RunPage } from '../main/contract/run-list.ts'
import { parseRunQuery } from '../main/contract/run-query.ts'
import { matchesRun } from '../test/helpers/matches-run.ts'
import { hostileQueries, plausibleQuery, randomQuery } from '../test/helpers/random-queries.ts'
import { sampleEpoch, sampleModel, sampleRun } from '../test/helpers/sample-run.ts'
import { seededRandom } from '../test/helpers/seeded-random.ts'
import { temporaryFolder } from '../test/helpers/temporary-folder.ts'
import { openStudioDatabase, type RunRow, type StudioDatabase } from './index.ts'

const RUNS = 150
const WORDS = [
  ...[
    'wide',
    'Wide',
    'DEEP',
    'straße',
    'STRASSE',
    'İstanbul',
    '\u212aelvin',
    'seed',
    '9',
    '10',
    '007',
    '',
    'x%_',
  ],
  ...['👩‍👩‍👧', "o'clock", 'completed', 'stopped', 'good', 'first try', 'clicks', 'a\u0000b', '(damaged)', 'r-2'],
]

let folder: string
let database: StudioDatabase
let all: RunRow[]

const page = (changes: Partial<RunPage> = {}): RunPage => ({
  query: '',
  sort: newestFirst,
  offset: 0,
  limit: 200,
  ...changes,
})

/** A workspace with runs of random names, tags, notes, values and ends. */
function addRandomRuns(random: () => number): void {
  const some = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item
  const text = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => some(WORDS)).join(' ')
  for (let run = 0; run < RUNS; run++) {
    const { id } = database.runs.create(
      sampleRun({ name: text(), datasetName: text(), model: { ...sampleModel(), name: `m ${text()}` } }),
    )
    if (random() < 0.6) database.tags.replace(id, [some(WORDS) || 'tag', some(WORDS) || 'tag'])
    database.runs.patch(id, { notes: random() < 0.5 ? text() : '', durationMs: Math.floor(random() * 20) })
    if (random() < 0.8)
      database.runs.end(id, { status: some(['completed', 'stopped', 'failed']), error: null })
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dlrm-studio-runs-'))
  database = openStudioDatabase(join(folder, 'studio.db'))
  database.transaction(() => addRandomRuns(seededRandom(5)))
  all = database.runList.search(page()).runs
})
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a query over runs', () => {
  it('is answered by SQLite as it is meant, for random queries and runs', () => {
    const random = seededRandom(20_261_130)
    const queries = [
      ...hostileQueries,
      ...Array.from({ length: 500 }, () => randomQuery(random)),
      ...Array.from({ length: 500 }, () => plausibleQuery(random, WORDS)),
    ]
    let compared = 0
    let found = 0
    for (const query of queries) {
      let expected: string[]
      try {
        const condition = parseRunQuery(query)
        expected = all.filter((run) => matchesRun(condition, run)).map(({ id }) => id)
      } catch (error) {
        expect(error).toBeInstanceOf(StudioError)
        expect(() => database.runList.search(page({ query }))).toThrow(StudioError)
        continue
      }
      const { total, matching, runs } = database.runList.search(page({ query }))
      expect([query, runs.map(({ id }) => id)]).toEqual([query, expected])
      expect([total, matching]).toEqual([RUNS, expected.length])
      expect(database.runList.ids(page({ query }))).toEqual(expected)
      compared++
      if (expected.length > 0 && expected.length < RUNS) found++
    }
    expect(compared).toBeGreaterThan(500)
    expect(found).toBeGreaterThan(100)
  })

  it('gives its runs in pages, each once, in every order', () => {
    for (const column of runSort.shape.column.options)
      for (const descending of [true, false]) {
        const sort = { column, descending }
        const whole = database.runList.ids(page({ sort }))
        const pages = [0, 40, 80, 120].flatMap((offset) =>
          database.runList.search(page({ sort, offset, limit: 40 })).runs.map(({ id }) => id),
        )
        expect(pages).toEqual(whole)
        expect(whole.toSorted()).toEqual(all.map(({ id }) => id).toSorted())
      }
    expect(database.runList.search(page({ offset: RUNS }))).toEqual({ total: RUNS, matching: RUNS, runs: [] })
  })

  it('that no run matches is answered with an empty page, in every order', () => {
    for (const column of runSort.shape.column.options) {
      const sort = { column, descending: true }
      const { total, matching, runs } = database.runList.search(page({ query: 'matches-nothing', sort }))
      expect([total, matching, runs]).toEqual([RUNS, 0, []])
    }
  })

  it('can be of a few runs only', () => {
    const few = all.slice(10, 20).map(({ id }) => id)
    expect(database.runList.ids(page(), few)).toEqual(few)
    expect(database.runList.ids(page({ query: '-x -y' }), [])).toEqual([])
  })
})

it('orders numbers as numbers, in names too, without regard to case; equals newest first, and without a value last', async () => {
  const database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
  const add = (name: string, durationMs: number, auc: number | null) => {
    const { id } = database.runs.create(sampleRun({ name }))
    database.runs.patch(id, { durationMs })
    if (auc !== null) database.epochs.save(id, sampleEpoch(1, auc, auc))
  }
  add('gamma', 9, 0.8)
  add('Alpha', 10, null)
  add('run-10', 8, 0.6)
  add('run-9', 9, 0.7)
  const order = (column: RunPage['sort']['column'], descending: boolean) =>
    database.runList
      .search(page({ sort: { column, descending } }))
      .runs.map(({ name }) => name)
      .join(' ')
  expect(order('duration', false)).toBe('run-10 run-9 gamma Alpha')
  expect(order('duration', true)).toBe('Alpha run-9 gamma run-10')
  expect(order('testAuc', true)).toBe('gamma run-9 run-10 Alpha')
  expect(order('testAuc', false)).toBe('run-10 run-9 gamma Alpha')
  expect(order('name', false)).toBe('Alpha gamma run-9 run-10')
  database.close()
})

describe('a run that is damaged', () => {
  it('is in no answer and in no count, and is named; in its place a new run can be stored', async () => {
    const database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
    const [first, second, third] = ['first', 'second', 'third'].map((name) => {
      const { id } = database.runs.create(sampleRun({ name }))
      database.runs.end(id, { status: 'stopped', error: null })
      return id
    })
    const spoil = (id: string | undefined) => {
      const other = new Database(database.file)
      other.prepare('UPDATE runs SET duration_ms = 77 WHERE id = ?').run(id)
      other.close()
    }
    const counts = () => {
      const { total, matching, runs } = database.runList.search(page({ query: 'status:stopped', limit: 2 }))
      return [total, matching, runs.length]
    }
    spoil(second)
    expect(counts()).toEqual([2, 2, 2])
    // One that is damaged later is found when it is read.
    spoil(third)
    expect(counts()).toEqual([1, 1, 1])
    expect(database.runList.ids(page())).toEqual([first])
    expect(database.runList.find('second', 10)).toEqual([])
    expect(database.problems()).toHaveLength(2)
    for (const id of [second, third]) database.runs.discard(database.runs.unusable(id ?? '')?.key ?? -1)
    const { id } = database.runs.create(sampleRun())
    expect(database.runList.ids(page())).toEqual([id, first])
    database.close()
  })
})

it('finds runs by what a person types of their names, models and tags, and forgives typing mistakes', async () => {
  const database = openStudioDatabase(join(await temporaryFolder(), 'studio.db'))
  const model = { ...sampleModel(), name: 'Factorization machine' }
  database.runs.create(sampleRun({ name: 'Benchmark of DLRM' }))
  const { id } = database.runs.create(sampleRun({ name: 'Second', model }))
  database.tags.replace(id, ['good'])
  const found = (text: string) => database.runList.find(text, 5).map(({ run }) => run.name)
  expect(found('bench')).toEqual(['Benchmark of DLRM'])
  expect(found('bnech')).toEqual(['Benchmark of DLRM'])
  expect(found('good')).toEqual(['Second'])
  expect(found('machine factorization')).toEqual(['Second'])
  expect(found(id.slice(-4))).toContain('Second')
  expect(database.runList.find('', 1)).toMatchObject([{ run: { name: 'Second' } }])
  database.close()
})

it('reports which runs another process changed, added or deleted, and forgets old changes', async () => {
  const file = join(await temporaryFolder(), 'studio.db')
  const [database, other] = [openStudioDatabase(file), openStudioDatabase(file)]
  const { id } = database.runs.create(sampleRun())
  let last = database.runList.lastChange()
  const changes = () => {
    const found = database.runList.changesAfter(last, 1000)
    last = found?.last ?? database.runList.lastChange()
    return found && { changed: found.changed.map((run) => run.name), removed: found.removed }
  }
  expect(changes()).toEqual({ changed: [], removed: [] })
  other.runs.patch(id, { name: 'renamed' })
  expect(changes()).toEqual({ changed: ['renamed'], removed: [] })
  // Updates that an active run stores all the time are reported by themselves.
  other.saveUpdate(id, { points: [], lines: [], durationMs: 5 })
  expect(changes()).toEqual({ changed: [], removed: [] })
  other.tags.replace(id, ['good'])
  const second = other.runs.create(sampleRun({ name: 'second' }))
  expect(changes()).toEqual({ changed: ['second', 'renamed'], removed: [] })
  other.runs.end(second.id, { status: 'stopped', error: null })
  other.runs.remove(second.id)
  expect(changes()).toEqual({ changed: [], removed: [second.id] })
  for (let change = 0; change < 1001; change++) other.runs.patch(id, { notes: String(change) })
  expect(changes()).toBeNull()
  expect(changes()).toEqual({ changed: [], removed: [] })
  database.close()
  other.close()
})
