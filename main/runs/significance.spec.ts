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
  it('is told by the paired test where both runs kept their predictions', async () => {
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

  it('calls equal rankings no difference beyond noise', async () => {
    const result = await significanceOf(await testedRun('base', 0.7), await testedRun('same', 0.7), labels, 1)
    expect(result).toMatchObject({ difference: 0, pValue: 1 })
    expect(result?.verdict).toContain('No difference beyond noise between same and base')
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

  it('is told by standard errors where predictions or labels are missing, and says so', async () => {
    const base = await testedRun('base', 0.7)
    const run = await testedRun('run', 0.8)
    const errors = [base, run].map(({ test }) => hanleyMcNeilError(test.auc ?? 0, ROWS / 4, (ROWS * 3) / 4))
    for (const result of [
      await significanceOf(base, { ...run, predictions: null }, labels, 1),
      await significanceOf(base, run, null, 1),
    ]) {
      expect(result?.standardError).toBeGreaterThanOrEqual(Math.hypot(...errors) - 1e-9)
      expect(result?.standardError).toBeLessThan(Math.hypot(...errors) * 1.1)
      expect(result?.verdict).toContain('only the weaker unpaired test was possible')
    }
  })

  it('does not use predictions that give another AUC than the stored one', async () => {
    const stale = await testedRun('run', 0.8, { predictions: predictionsOf(0.5) })
    const result = await significanceOf(await testedRun('base', 0.7), stale, labels, 1)
    expect(result?.verdict).toContain('unpaired test')
  })

  it('warns where the runs were tested on different data', async () => {
    const other = await testedRun('run', 0.8, { datasetHash: 'c3d4' })
    const result = await significanceOf(await testedRun('base', 0.7), other, labels, 1)
    expect(result?.verdict).toContain('The runs were tested on different data')
  })

  it('is not given where an AUC is not defined', async () => {
    const run = await testedRun('run', 0.8, { test: sampleEvaluation({ auc: null }) })
    expect(await significanceOf(await testedRun('base', 0.7), run, labels, 1)).toBeNull()
  })
})
