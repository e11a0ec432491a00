import { describe, expect, it } from 'vitest'
import { likelyKind, planDrop } from './plan-drop.ts'

describe('planDrop', () => {
  it.each([
    [['model.json'], 'model'],
    [['Model.JSON'], 'model'],
    [['clicks.csv'], 'data'],
    [['train.tsv.gz', 'test.txt'], 'data'],
    [['clicks.parquet'], 'data'],
  ] as const)('takes %j for a %s', (names, kind) => {
    expect(planDrop(names, false)).toEqual({ kind })
  })

  it.each([
    [[], 'No file'],
    [['a.json', 'b.json'], 'drop a.json alone'],
    [['clicks.csv', 'b.json'], 'drop b.json alone'],
    [['clicks.csv', 'photo.png'], 'photo.png is neither'],
    [['day_0'], 'Datasets › Import'],
    [['json'], 'json is neither'],
  ] as const)('refuses %j and says why', (names, reason) => {
    expect(planDrop(names, false)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(reason) as string,
    })
  })

  it('takes any name for data where the import is on screen, but for a model’s', () => {
    expect(planDrop(['day_0', 'day_1'], true)).toEqual({ kind: 'data' })
    expect(planDrop(['model.json'], true)).toEqual({ kind: 'model' })
  })
})

describe('likelyKind', () => {
  it.each([
    [['application/json'], 'model'],
    [['text/csv', 'text/tab-separated-values'], 'data'],
    [['application/gzip'], 'data'],
    [[''], null],
    [['application/json', 'text/csv'], null],
    [[], null],
  ] as const)('guesses from %j: %s', (types, kind) => {
    expect(likelyKind(types)).toBe(kind)
  })
})
