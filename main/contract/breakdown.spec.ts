import { describe, expect, it } from 'vitest'
import { sampleReport } from '../../test/helpers/sample-report.ts'
import { byCategory, byPhase } from './breakdown.ts'

const shares = (breakdown: { key: string; ms: number; share: number }[]) =>
  Object.fromEntries(breakdown.filter(({ ms }) => ms > 0).map(({ key, ms, share }) => [key, [ms, share]]))

describe('the breakdown of an iteration', () => {
  it('adds up its operations by category and by phase, with what lies outside of them', () => {
    expect(shares(byCategory(sampleReport()))).toEqual({
      embeddings: [0.5, 0.125],
      fullyConnected: [1.5, 0.375],
      interaction: [0.5, 0.125],
      update: [1, 0.25],
      overhead: [0.5, 0.125],
    })
    expect(shares(byPhase(sampleReport()))).toEqual({
      forward: [1.5, 0.375],
      backward: [1, 0.25],
      update: [1, 0.25],
      overhead: [0.5, 0.125],
    })
  })

  it('is all zeros where nothing was counted', () => {
    const breakdown = byCategory(sampleReport({ operations: [], overheadMs: 0 }))
    expect(breakdown.every(({ ms, share }) => ms === 0 && share === 0)).toBe(true)
  })
})
