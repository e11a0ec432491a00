import { describe, expect, it } from 'vitest'
import { isUndefined, unknownRowsNote } from './metrics.ts'
import { datasetWarnings, shareText, unknownShares } from './unknown-values.ts'

const manifest = {
  unknownValues: [
    { column: 'user', validation: { values: 10, unknown: 5 }, test: { values: 20, unknown: 20 } },
    { column: 'tags', validation: { values: 0, unknown: 0 }, test: { values: 4, unknown: 0 } },
  ],
}

describe('shares of unknown values', () => {
  it('are those of all the splits asked for together', () => {
    expect(unknownShares(manifest, ['validation', 'test'])).toEqual([
      { column: 'user', values: 30, unknown: 25, share: 25 / 30 },
      { column: 'tags', values: 4, unknown: 0, share: 0 },
    ])
    expect(unknownShares(manifest, ['validation'])[1]?.share).toBeNull()
    expect(unknownShares({ unknownValues: undefined }, ['test'])).toEqual([])
  })

  it('warn of a column only where every value of a split is unknown', () => {
    expect(datasetWarnings(manifest)).toEqual([expect.stringContaining('values of user in the test rows')])
  })

  it('read as none or all only where they are', () => {
    expect([null, 0, 0.0004, 0.25, 0.9999, 1].map(shareText)).toEqual([
      ...['–', '0.0 %', '< 0.1 %', '25.0 %', '> 99.9 %', '100.0 %'],
    ])
  })

  it('are reported for rows only if there are such rows', () => {
    const evaluation = {
      logLoss: 0.5,
      auc: 0.7,
      prAuc: 0.7,
      accuracy: 0.7,
      normalizedEntropy: 0.9,
      calibration: 1,
      meanSquaredError: 0.2,
      rows: 200,
    }
    expect(unknownRowsNote(evaluation)).toBeNull()
    expect(unknownRowsNote({ ...evaluation, unknownRows: 50, unknownAuc: 0.6, knownAuc: null })).toBe(
      'AUC 0.6000 on the 25.0 % of rows with a value not seen in training, undefined on the others',
    )
  })

  it('are no rows at all, and not undefined, for a run whose rows have known values only', () => {
    const row = (metric: string, values: (number | null)[]) => ({ metric, split: 'test' as const, values })
    const metrics = [row('logLoss', [0.5, 0.4, 0.3]), row('unknownAuc', [null, null, 0.6])]
    const run = (test: object) => ({ epochs: [{ test, validation: null }] })
    const runs = [
      run({ rows: 9 }),
      run({ rows: 9, unknownRows: 3, unknownAuc: null }),
      run({ rows: 9, unknownRows: 3 }),
    ]
    const comparison = { metrics, runs } as unknown as Parameters<typeof isUndefined>[0]
    expect([0, 1, 2].map((index) => isUndefined(comparison, metrics[1]!, index))).toEqual([
      false,
      true,
      false,
    ])
  })
})
