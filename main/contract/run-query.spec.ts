import { describe, expect, it } from 'vitest'
import type { RunRow } from '../../db/index.ts'
import { StudioError } from './errors.ts'
import { databaseWithRun } from '../../test/helpers/sample-run.ts'
import { temporaryFolder } from '../../test/helpers/temporary-folder.ts'
import { parseRunQuery } from './run-query.ts'

async function sampleRow(): Promise<RunRow> {
  const { database, id } = databaseWithRun(await temporaryFolder(), {
    name: 'Wide first layer',
    datasetName: 'clicks',
  })
  database.tags.replace(id, ['first try', 'good'])
  database.runs.end(id, { status: 'completed', error: null })
  const row = database.runs.row(id)
  database.close()
  return row
}

const hostileTexts = [
  ...[
    '__proto__',
    '__proto__:',
    'constructor',
    'constructor:constructor',
    'prototype:',
    'toString',
    'valueOf:',
  ],
  ...[':', '::', ':x', '-:', '--', '---status:', '"', '""', '-"', 'tag:"', 'tag:",', 'tag:,', 'tag:,,,'],
  ...[
    'status:',
    '-status:',
    'STATUS:"',
    'status:"a"b"c',
    'name:\\',
    'name:(',
    'name:[a-',
    '(?<x>',
    '*',
    '$&',
  ],
  ...['\u0000', '\n', '\t', '\u2028', '\ud800', '\udfff:', '👩‍👩‍👧:x', 'İ:', 'ſtatus:x', 'status\u200b:x'],
  ...['"'.repeat(10_001), 'a:'.repeat(5000), '-'.repeat(10_000), ','.repeat(10_000)],
  'tag:' + '",'.repeat(5000),
]

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pieces = [
  ...['status', 'tag', 'name', 'id', 'notes', 'model', 'dataset', 'constructor', '__proto__', 'toString'],
  ...[':', ':', ':', '-', '"', '"', ',', ' ', ' ', '\\', '(', ')', '[', '.*', '\n', '\u0000', '\ud83d', 'é'],
  ...['completed', 'good', '0.78', '>', '=', 'and'],
]

function randomQuery(random: () => number): string {
  const pick = () =>
    random() < 0.1 ? String.fromCharCode(random() * 0x10000) : pieces[Math.floor(random() * pieces.length)]
  return Array.from({ length: Math.floor(random() * 14) }, pick).join('')
}

describe('a query', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['WIDE', true],
    ['clicks layer', true],
    ['clicks deep', false],
    ['"first layer"', true],
    ['"layer first"', false],
    ['status:completed', true],
    ['status:complete', false],
    ['Status:STOPPED,completed', true],
    ['dataset:click model:logistic', true],
    ['tag:"first try"', true],
    ['tag:first', false],
    ['-tag:good', false],
    ['-status:failed -deep', true],
    ['name:"first layer",other', true],
    ['-', true],
  ])('%j matches the run: %j', async (query, matches) => {
    expect(parseRunQuery(query)(await sampleRow())).toBe(matches)
  })

  it.each(['constructor:', 'toString:x', 'hasOwnProperty:', '-valueOf:a,b'])(
    '%j names no field, though every object has one of that name',
    (query) => expect(() => parseRunQuery(query)).toThrow('is not a field of a run'),
  )

  it('of any text is read or refused with a sentence, and never fails otherwise', async () => {
    const row = await sampleRow()
    const random = seededRandom(20_261_130)
    const texts = [...hostileTexts, ...Array.from({ length: 2000 }, () => randomQuery(random))]
    let read = 0
    for (const text of texts) {
      try {
        expect(typeof parseRunQuery(text)(row)).toBe('boolean')
        read++
      } catch (thrown) {
        expect(thrown, JSON.stringify(text)).toBeInstanceOf(StudioError)
        expect((thrown as StudioError).data.code).toBe('InvalidArgument')
      }
    }
    expect(read).toBeGreaterThan(500)
  })

  it('that names no field of a run is refused with those there are', () => {
    expect(() => parseRunQuery('colour:red')).toThrow(StudioError)
    expect(() => parseRunQuery('colour:red')).toThrow('use status, dataset, model, name, id, tag, notes')
  })
})
