import { describe, expect, it } from 'vitest'
import { pairedDeLong, structuralComponents } from './delong.ts'

/** A small generator, so that the cases are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Predictions with many ties, and labels that they predict to some extent. */
function randomCase(rows: number, levels: number, seed: number) {
  const next = randomNumbers(seed)
  const labels = Float32Array.from({ length: rows }, () => (next() < 0.3 ? 1 : 0))
  const predict = () => labels.map((label) => Math.round((next() + label * 0.4) * levels) / levels)
  return { labels, first: predict(), second: predict() }
}

const half = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0)
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const covariance = (a: number[], b: number[]): number =>
  a.reduce((sum, value, index) => sum + (value - mean(a)) * (b[index]! - mean(b)), 0) / (a.length - 1)

/** DeLong's test as it is defined, pair by pair: V10 and V01, their covariances, the variance of the difference. */
function byDefinition(first: Float32Array, second: Float32Array, labels: Float32Array) {
  const components = [first, second].map((predictions) => {
    const positives = [...predictions].filter((_, row) => labels[row] === 1)
    const negatives = [...predictions].filter((_, row) => labels[row] !== 1)
    return {
      v10: positives.map((x) => mean(negatives.map((y) => half(x, y)))),
      v01: negatives.map((y) => mean(positives.map((x) => half(x, y)))),
    }
  })
  const [a, b] = components as [(typeof components)[0], (typeof components)[0]]
  const variance = (['v10', 'v01'] as const)
    .map((v) => (covariance(a[v], a[v]) + covariance(b[v], b[v]) - 2 * covariance(a[v], b[v])) / a[v].length)
    .reduce((sum, value) => sum + value)
  return { first: mean(a.v10), second: mean(b.v10), standardError: Math.sqrt(variance) }
}

describe('the paired DeLong test', () => {
  // Positives 0.9 0.7 0.4 and 0.6 0.5 0.8, negatives 0.5 0.3 and 0.5 0.7. Shares of negatives below each positive:
  // 1 1 1/2 and 1/2 1/4 1; of positives above each negative: 2/3 1 and 5/6 1/3. The differences' sample variances,
  // 7/16 over 3 positives and 25/72 over 2 negatives, add up to 23/72.
  it('gives what is worked out by hand for five rows with a tie', async () => {
    const labels = Float32Array.of(1, 0, 1, 0, 1)
    const first = Float32Array.of(0.9, 0.5, 0.7, 0.3, 0.4)
    const second = Float32Array.of(0.6, 0.5, 0.5, 0.7, 0.8)
    const test = await pairedDeLong(first, second, labels)
    expect(test?.first).toBeCloseTo(5 / 6, 12)
    expect(test?.second).toBeCloseTo(7 / 12, 12)
    expect(test?.difference).toBeCloseTo(-1 / 4, 12)
    expect(test?.standardError).toBeCloseTo(Math.sqrt(23 / 72), 12)
    expect(test?.pValue).toBeCloseTo(0.6583, 3)
  })

  it.each([
    [40, 5],
    [150, 20],
    [300, 1e6],
  ])('agrees with the definition on %i rows with %i levels', async (rows, levels) => {
    const { labels, first, second } = randomCase(rows, levels, rows)
    const test = await pairedDeLong(first, second, labels)
    const expected = byDefinition(first, second, labels)
    expect(test?.first).toBeCloseTo(expected.first, 12)
    expect(test?.second).toBeCloseTo(expected.second, 12)
    expect(test?.standardError).toBeCloseTo(expected.standardError, 12)
  })

  it('finds no difference between a model and itself', async () => {
    const { labels, first } = randomCase(100, 50, 3)
    expect(await pairedDeLong(first, first, labels)).toMatchObject({
      difference: 0,
      standardError: 0,
      pValue: 1,
    })
  })

  it('looks at ranks only: predictions below zero and unlike scales are the same', async () => {
    const { labels, first, second } = randomCase(200, 64, 5)
    const expected = await pairedDeLong(first, second, labels)
    const stretched = second.map((value) => value * 128 - 64)
    expect(await pairedDeLong(first, stretched, labels)).toEqual(expected)
  })

  it('is not made where a label has fewer than two rows', async () => {
    const labels = Float32Array.of(1, 0, 0)
    expect(await pairedDeLong(labels, labels, labels)).toBeNull()
  })

  it('lets other work in while it goes through a million rows', async () => {
    const { labels, first, second } = randomCase(1_000_000, 1e6, 7)
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await pairedDeLong(first, second, labels)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(50)
  })
})

it('takes a constant prediction for a coin toss', async () => {
  const { auc } = await structuralComponents(new Float32Array(6), Float32Array.of(1, 0, 1, 0, 0, 0))
  expect(auc).toBe(0.5)
})
