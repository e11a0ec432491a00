import { describe, expect, it } from 'vitest'
import { Random, scatter } from './random.ts'

describe('Random', () => {
  it('is uniform and normal as named', () => {
    const random = new Random(1)
    const uniforms = Array.from({ length: 50_000 }, () => random.uniform())
    const normals = Array.from({ length: 50_000 }, () => random.normal())
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(uniforms)).toBeCloseTo(0.5, 1)
    expect(mean(uniforms.map((value) => value * value))).toBeCloseTo(1 / 3, 1)
    expect(Math.abs(mean(normals))).toBeLessThan(0.02)
    expect(Math.abs(mean(normals.map((value) => value * value)) - 1)).toBeLessThan(0.03)
  })

  it('repeats for a seed and differs between neighbours, also beyond 32 bits', () => {
    const first = [0, 1, 2 ** 32, 2 ** 32 + 1].map((seed) => new Random(seed).uniform())
    expect(new Set(first).size).toBe(4)
    expect(new Random(2 ** 32).uniform()).toBe(first[2])
  })
})

describe('scatter', () => {
  it('is one to one on a range of ids', () => {
    const values = new Set(Array.from({ length: 100_000 }, (_, id) => scatter(id)))
    expect(values.size).toBe(100_000)
  })
})
