import { describe, expect, it } from 'vitest'
import { defaultBenchmark } from '../contract/benchmarks.ts'
import { checkDocument } from '../model/check.ts'
import { benchmarkBytes, requireMemory } from './memory-need.ts'
import { compilePlan } from '../model/plan.ts'
import { benchmarkPresetName, type BenchmarkPresetName } from '../contract/benchmarks.ts'
import { benchmarkPreset } from './presets.ts'

const parametersOf = (name: BenchmarkPresetName) => {
  const { document, columns } = benchmarkPreset(name)
  const { problems, totals } = checkDocument(document, columns)
  expect(problems).toEqual([])
  return totals.parameters
}

const layers = (...widths: number[]) =>
  widths.slice(1).reduce((sum, width, index) => sum + width * ((widths[index] ?? 0) + 1), 0)

describe('the standard shapes', () => {
  it('have the parameters of the models they are named after', () => {
    const kaggleLayers = layers(13, 512, 256, 64, 16) + layers(16 + (27 * 26) / 2, 512, 256, 1)
    expect(parametersOf('kaggle')).toBe(26 * 100_000 * 16 + kaggleLayers)
    expect(parametersOf('small-memory')).toBe(26 * 1000 * 16 + kaggleLayers)
    expect(parametersOf('paper-profile')).toBe(
      8 * 1_000_000 * 64 + layers(512, 512, 64) + layers(64 + (9 * 8) / 2, 1024, 1024, 1024, 1),
    )
    const features = 13 + 26 * 16
    expect(parametersOf('dcnv2')).toBe(
      26 * 100_000 * 16 + 3 * layers(features, features) + layers(features, 512, 256) + features + 256 + 1,
    )
  })

  it('read one index per table, except for the paper’s profile with up to 100', () => {
    for (const name of benchmarkPresetName.options) {
      const { columns, indicesPerLookup, variableBagSize } = benchmarkPreset(name)
      expect(indicesPerLookup).toBe(name === 'paper-profile' ? 100 : 1)
      expect(variableBagSize).toBe(name === 'paper-profile')
      expect(columns.sparse.every(({ multiValued }) => multiValued === variableBagSize)).toBe(true)
    }
  })
})

describe('the memory a benchmark asks for', () => {
  it('covers the tables and grows with the batch', () => {
    const { document, columns } = benchmarkPreset('paper-profile')
    const plan = compilePlan(document, columns)
    const need = (batchSize: number) =>
      benchmarkBytes(plan, { batchSize, batches: 32, indicesPerLookup: 100, processes: 1 })
    expect(need(1)).toBeGreaterThan(8 * 1_000_000 * 64 * 4)
    expect(need(2048) - need(1024)).toBeGreaterThan(1024 * 32 * 8 * 100 * 4)
  })

  it('is refused with both sizes where it is more than what is free', () => {
    const shape = { ...defaultBenchmark, preset: 'paper-profile', batchSize: 2048 } as const
    expect(() => requireMemory(shape, 1e10)).not.toThrow()
    // Ranks share the tables, and nothing else.
    expect(() => requireMemory({ ...shape, ranks: 4 }, 4e9)).toThrow(/needs about/)
    expect(() => requireMemory(shape, 1e9)).toThrow(/needs about 2\.\d+ GB of memory, but only 1 GB is free/)
  })
})
