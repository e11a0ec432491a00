import { describe, expect, it } from 'vitest'
import { randomBatches } from './random-batches.ts'
import { TraceGenerator } from './stack-distances.ts'

describe('synthetic batches', () => {
  const profile = { rows: [7, 3, 9, 40, 2], distances: [0, 1, 2, 4], cumulative: [0.3, 0.5, 0.8, 1] }

  // Drawn by dlrm_data_pytorch.py's generate_synthetic_input_batch on NumPy from the same seed and profile.
  it.each([
    [
      false,
      [
        [[7], [3, 7, 9, 40], [7]],
        [[7], [2, 3, 7, 1, 0], [7]],
      ],
    ],
    [
      true,
      [
        [[7], [3, 7, 9, 40], [7]],
        [[7], [3, 7, 1, 0], [7]],
      ],
    ],
  ])('are the reference’s, number by number, with padding %j', (padding, expected) => {
    const settings = {
      seed: 11,
      batchSize: 3,
      rows: 3,
      indicesPerLookup: 9,
      fixedIndices: false,
      roundTargets: false,
      distribution: 'synthetic' as const,
      traceFile: '',
      tracePadding: padding,
      minimum: 0,
      maximum: 1,
      mean: -1,
      deviation: 1,
    }
    const traces = [0, 1].map(() => () => new TraceGenerator(profile, padding))
    const [batch] = [...randomBatches(settings, { denseColumns: 2, tableRows: [50, 8], traces })]
    const bags = batch!.columns.map(({ offsets, indices }) =>
      [...offsets!].map((start, bag) =>
        Array.from(indices.subarray(Number(start), Number(offsets![bag + 1] ?? indices.length)), Number),
      ),
    )
    expect(bags).toEqual(expected)
  })
})
