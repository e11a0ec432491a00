import { expect, it } from 'vitest'
import { DEFAULT_MAX_REJECTED, generateRequest, importRequest, sampleOptions } from './datasets.ts'
import { defaultGeneration, defaultSample, gaussianOver } from './dataset-defaults.ts'

it('lays a bell over the rows that every table has, and keeps what is given', () => {
  const whole = { kind: 'gaussian', minimum: 0, maximum: 39, mean: 19.5, deviation: 6.5 }
  expect(gaussianOver([100, 40], {})).toEqual(whole)
  expect(gaussianOver([100, 40], { maximum: 30, mean: undefined })).toEqual({
    ...whole,
    maximum: 30,
    mean: 15,
    deviation: 5,
  })
  expect(gaussianOver([1], {})).toMatchObject({ maximum: 0, deviation: 0 })
})

it('has defaults that requests accept', () => {
  const tables = { tableRows: [100, 40], distribution: gaussianOver([100, 40], {}) }
  expect(generateRequest.safeParse({ name: 'x', ...defaultGeneration, ...tables }).success).toBe(true)
  expect(sampleOptions.safeParse({ name: 'criteo-synthetic', ...defaultSample }).success).toBe(true)
  const files = importRequest.parse({ name: 'x', files: ['a.csv'], format: 'auto' })
  expect(files.maxRejected).toBe(DEFAULT_MAX_REJECTED)
})
