import { describe, expect, it } from 'vitest'
import { sampleEvaluation } from '../../test/helpers/sample-run.ts'
import { structuralComponents } from './delong.ts'
import { hanleyMcNeilError } from './hanley-mcneil.ts'
import { significanceOf, type TestedRun } from './significance.ts'

const ROWS = 1000
/** One in four is positive. */
const labels = Float32Array.from({ length: ROWS }, (_, row) => (row % 4 === 0 ? 1 : 0))
const entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75))

/** Ranks each positive above about `share` of the negatives. */
function predictionsOf(share: number): Float32Array {
  return labels.map((label, row) => (label === 1 ? share : ((row * 7919) % ROWS) / ROWS))
}

async function testedRun(name: string, share: number, changes: Partial<TestedRun> = {}): Promise<TestedRun> {
  const predictions = predictionsOf(share)
  const { auc } = await structuralComponents(predictions, labels)
  const test = sampleEvaluation({ auc, rows: ROWS, logLoss: 0.5, normalizedEntropy: 0.5 / entropy })
  return { id: `r-${name}`, name, datasetHash: 'a1b2', test, predictions, ...changes }
}

describe('the significance of a difference', () => {
  it('is decided by the paired test where both runs kept their predictions', async () => {
    const result = await significanceOf(
      await testedRun('base', 0.7),
      await testedRun('better', 0.8),
      labels,
      1,
    )
    expect(result).toMatchObject({ run: 'r-better', baseline: 'r-base', metric: 'auc' })
    expect(result?.difference).toBeCloseTo(0.1, 2)
    expect(result?.verdict).toMatch(
      /^better ranks better than base by 0\.\d{4} of AUC \(p < 0\.0001, paired DeLong test on 1,000 test rows\)/,
    )
  })

  it('calls equal predictions equal', async () => {
    const result = await significanceOf(await testedRun('base', 0.7), await testedRun('same', 0.7), labels, 1)
    expect(result).toMatchObject({ difference: 0, standardError: 0, pValue: 1 })
    expect(result.verdict).toBe(
      'same and base make the same prediction for every test row: there is no difference between them.',
    )
  })

  it('asks for more where several comparisons are made together', async () => {
    const without = { predictions: null }
    const [base, run] = [await testedRun('base', 0.7, without), await testedRun('run', 0.76, without)]
    const alone = await significanceOf(base, run, labels, 1)
    const together = await significanceOf(base, run, labels, 10)
    expect(alone?.pValue).toBe(together?.pValue)
    expect(alone?.pValue).toBeGreaterThan(0.005)
    expect(alone?.pValue).toBeLessThan(0.05)
    expect(alone?.verdict).toContain('run ranks better than base')
    expect(together?.verdict).toContain('No difference beyond noise')
    expect(together?.verdict).toContain('judged as one of 10 comparisons')
  })

  it('is decided by standard errors where predictions or labels are missing, and says so', async () => {
    const base = await testedRun('base', 0.7)
    const run = await testedRun('run', 0.8)
    const errors = [base, run].map(({ test }) => hanleyMcNeilError(test?.auc ?? 0, ROWS / 4, (ROWS * 3) / 4))
    for (const result of [
      await significanceOf(base, { ...run, predictions: null }, labels, 1),
      await significanceOf(base, run, null, 1),
    ]) {
      expect(result?.standardError).toBeGreaterThanOrEqual(Math.hypot(...errors) - 1e-9)
      expect(result?.standardError).toBeLessThan(Math.hypot(...errors) * 1.1)
      expect(result?.verdict).toContain('only the weaker unpaired test was possible')
    }
  })

  it('says the same in a few words for a table, with the test and its rows', async () => {
    const base = await testedRun('base', 0.7)
    const outcomeOf = async (changes: Partial<TestedRun>, share = 0.8) => {
      const { outcome, method, rows } = await significanceOf(
        base,
        await testedRun('run', share, changes),
        labels,
        1,
      )
      return [outcome, method, rows]
    }
    expect(await outcomeOf({})).toEqual(['better than the baseline', 'paired', ROWS])
    expect(await outcomeOf({ predictions: null }, 0.701)).toEqual([
      'no significant difference',
      'unpaired',
      ROWS,
    ])
    expect(await outcomeOf({}, 0.7)).toEqual(['identical predictions', 'paired', ROWS])
    expect(await outcomeOf({ test: null })).toEqual(['no result on test rows', null, null])
    expect(await outcomeOf({ datasetHash: 'c3d4' })).toEqual([
      'not comparable: tested on different data',
      null,
      null,
    ])
  })

  it('does not use predictions that give another AUC than the stored one', async () => {
    const stale = await testedRun('run', 0.8, { predictions: predictionsOf(0.5) })
    const result = await significanceOf(await testedRun('base', 0.7), stale, labels, 1)
    expect(result?.verdict).toContain('unpaired test')
  })

  it.each([
    [1, 'rank the positive and negative test rows alike: there is no difference in AUC between them.', 1],
    [0, 'ranks worse than base by 1.0000 of AUC on all test rows alike; without spread between', null],
  ])('has words of its own for an AUC of %d against one of 1, where no row varies', async (auc, words, p) => {
    const test = (value: number) => sampleEvaluation({ auc: value, rows: ROWS, logLoss: 0.5 })
    const kept = { predictions: null }
    const base = await testedRun('base', 0.7, { ...kept, test: test(1) })
    const run = await testedRun('run', 0.7, { ...kept, test: test(auc) })
    const result = await significanceOf(base, run, labels, 1)
    expect(result).toMatchObject({ difference: auc - 1, standardError: 0, pValue: p })
    expect(result.verdict).toContain(words)
  })

  it('says so where the rows are ranked alike by other predictions', async () => {
    const halves = predictionsOf(0.7).map((value) => value / 2)
    const half = await testedRun('half', 0.7, { predictions: halves })
    const { verdict, pValue } = await significanceOf(await testedRun('base', 0.7), half, labels, 1)
    expect(pValue).toBe(1)
    expect(verdict).toContain('half and base rank the positive and negative test rows alike')
  })

  it('does not set runs on different data against each other', async () => {
    const other = await testedRun('run', 0.8, { datasetHash: 'c3d4' })
    expect(await significanceOf(await testedRun('base', 0.7), other, labels, 1)).toMatchObject({
      difference: null,
      standardError: null,
      pValue: null,
      verdict:
        'run and base were tested on different data, so their AUCs cannot be compared: train both on the same dataset.',
    })
  })

  it('does not set runs on different test rows against each other', async () => {
    const fewer = await testedRun('run', 0.8, { test: sampleEvaluation({ rows: ROWS - 1 }) })
    const result = await significanceOf(await testedRun('base', 0.7), fewer, labels, 1)
    expect(result.pValue).toBeNull()
    expect(result.verdict).toContain('were tested on different rows')
  })

  it.each([
    [4, 2, 'of 4 test rows, 2 with the label 1 and 2 with the label 0'],
    [1000, 9, 'of 1,000 test rows, 9 with the label 1 and 991 with the label 0'],
    [1000, 991, 'of 1,000 test rows, 991 with the label 1 and 9 with the label 0'],
  ])('decides nothing from %d rows with %d positives', async (rows, positives, words) => {
    const few = Float32Array.from({ length: rows }, (_, row) => (row < positives ? 1 : 0))
    const entropyOf = (share: number) => -(share * Math.log(share) + (1 - share) * Math.log(1 - share))
    const run = (name: string, auc: number): TestedRun => ({
      id: name,
      name,
      datasetHash: 'a1b2',
      predictions: few.map((label) => label * auc),
      test: sampleEvaluation({
        rows,
        auc,
        logLoss: 0.5,
        normalizedEntropy: 0.5 / entropyOf(positives / rows),
      }),
    })
    const known = await significanceOf(run('base', 0.5), run('run', 1), few, 1)
    expect(known).toMatchObject({ difference: 0.5, standardError: null, pValue: null })
    expect(known.verdict).toBe(
      `Too few rows to tell whether run differs from base: ${words}; at least 10 of each are needed.`,
    )
    const unknown = await significanceOf(run('base', 0.5), run('run', 1), null, 1)
    expect(unknown.verdict).toContain(`about ${Math.min(positives, rows - positives)} with the rarer label`)
  })

  it('says why where an AUC is undefined or there is no test', async () => {
    const oneClass = await testedRun('run', 0.8, { test: sampleEvaluation({ auc: null, rows: ROWS }) })
    const base = await testedRun('base', 0.7)
    expect((await significanceOf(base, oneClass, labels, 1)).verdict).toBe(
      'run cannot be tested: its AUC is undefined because on the test data every row has the label 1.',
    )
    const untested = await testedRun('new', 0.7, { test: null })
    expect((await significanceOf(base, untested, labels, 1)).verdict).toBe(
      'new cannot be tested: it has no result on test rows.',
    )
  })
})
